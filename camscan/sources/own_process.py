"""This very program in another process, with one of its modules to run: a second core is of use
to Python only so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence

# The child sees what this program sees, and nothing that lies in the working directory.
_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from importlib import import_module; import_module(sys.argv[2]).main(sys.argv[3:])"
)


def cores() -> int:
    """How many of them this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def start(
    module: str, arguments: Sequence[str] = (), *, files: Sequence[int] = ()
) -> subprocess.Popen[bytes]:
    """Run `main(arguments)` of a module, with pipes for input and output and the open `files`.
    Raises OSError where no process can be had."""
    return subprocess.Popen(  # noqa: S603 - this very program
        [sys.executable, "-I", "-c", _CODE, json.dumps(sys.path), module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        pass_fds=tuple(files),
    )
