"""Commands run and measured: wall time, processor time and peak memory of the process itself."""

from __future__ import annotations

import compileall
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct

import camscan

_TIMEOUT = 124
"""How timeout(1) ends when it had to end its command."""


class Ran(Struct, frozen=True, kw_only=True):
    """One run: seconds of the clock and of the processor, its end on the monotonic clock.

    `cut`: its time was over before it ended.
    """

    seconds: float
    processor: float
    peak_mib: float
    ended: float
    output: str
    cut: bool = False


class Measured(Struct, frozen=True, kw_only=True):
    """`seconds` and `processor` are medians, `peak_mib` the highest resident set of all repeats."""

    name: str
    seconds: float
    peak_mib: float
    processor: float = 0.0


def measure(
    name: str, command: Sequence[str], *, repeats: int, text: bytes = b"", show: bool = False
) -> Measured:
    """Run `command` `repeats` times with `text` on its standard input; it must end with 0."""
    output = None if show else subprocess.DEVNULL
    runs = [_run(name, command, output, text) for _ in range(repeats)]
    return Measured(
        name=name,
        seconds=statistics.median(one.seconds for one in runs),
        peak_mib=max(one.peak_mib for one in runs),
        processor=statistics.median(one.processor for one in runs),
    )


def run_once(name: str, command: Sequence[str], *, most: float = 600.0) -> Ran:
    """Run `command` for at most so many seconds and keep what it printed; it must end with 0."""
    return _run(name, ["timeout", f"{most:g}", *command], subprocess.PIPE, b"")


@cache
def _compiled() -> None:
    """Byte code beside the modules, as pip leaves it: a command that may not write any
    (PYTHONDONTWRITEBYTECODE) would compile every module anew."""
    compileall.compile_dir(Path(camscan.__file__).parent, quiet=1)


def _run(name: str, command: Sequence[str], output: int | None, text: bytes) -> Ran:
    _compiled()
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as given:
        given.write(text)
        given.seek(0)
        began = time.monotonic()
        child = subprocess.Popen(command, stdin=given, stdout=output, stderr=said)
        printed = child.stdout.read() if child.stdout is not None else b""
        _, status, usage = os.wait4(child.pid, 0)
        ended = time.monotonic()
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in (0, _TIMEOUT):
            said.seek(0)
            words = said.read().decode("utf-8", "replace")
            raise RuntimeError(f"{name} ended with code {child.returncode}: {words}")
    return Ran(
        seconds=ended - began,
        processor=usage.ru_utime + usage.ru_stime,
        peak_mib=usage.ru_maxrss / 1024,
        ended=ended,
        output=printed.decode("utf-8", "replace"),
        cut=child.returncode == _TIMEOUT,
    )
