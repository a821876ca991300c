"""httpx loads without the libraries of its command line."""

from __future__ import annotations

import subprocess
import sys

_SCRIPT = """
import sys
from camscan.net.lean_httpx import httpx
print([m for m in ("rich", "pygments", "click", "httpx._main") if m in sys.modules])
import httpx as plain
assert plain is httpx and httpx.AsyncClient
"""


def test_nothing_of_a_command_line_is_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
