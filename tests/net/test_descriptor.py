from __future__ import annotations

import subprocess
import sys

import pytest

from camscan.net.descriptor import raise_limit, window

_SHOW = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 700))
from camscan.net.descriptor import raise_limit
print(raise_limit(), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on open files to raise")
def test_the_soft_limit_is_raised_to_the_hard_one() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SHOW], capture_output=True, text=True, check=True, cwd="."
    )
    assert done.stdout.split() == ["700", "700", "700"]


def test_raising_again_changes_nothing() -> None:
    assert raise_limit() == raise_limit()


@pytest.mark.parametrize("limit", [64, 256, 1024, 20000, 1_000_000])
def test_the_window_leaves_room_for_probes_and_files(limit: int) -> None:
    allowed = window(limit)
    assert allowed.touches >= 8
    assert 4 <= allowed.probes <= 1024
    assert allowed.touches <= 16384
    if limit >= 256:
        assert allowed.touches + allowed.probes + 100 <= limit
