"""Commands run and measured: wall time, CPU time and peak memory of the process itself."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct


class Ran(Struct, frozen=True, kw_only=True):
    """One run: seconds of the clock and of the processor, its end on the monotonic clock."""

    seconds: float
    cpu: float
    peak_mib: float
    ended: float
    output: str


class Measured(Struct, frozen=True, kw_only=True):
    """`seconds` is the median wall time, `peak_mib` the highest resident set of all repeats."""

    name: str
    seconds: float
    peak_mib: float


def measure(name: str, command: Sequence[str], *, repeats: int, text: bytes = b"") -> Measured:
    """Run `command` `repeats` times with `text` on its standard input; it must end with 0."""
    runs = [run_once(name, command, text=text, keep=False) for _ in range(repeats)]
    return Measured(
        name=name,
        seconds=statistics.median(one.seconds for one in runs),
        peak_mib=max(one.peak_mib for one in runs),
    )


def run_once(name: str, command: Sequence[str], *, text: bytes = b"", keep: bool = True) -> Ran:
    """Run `command` with `text` on its standard input; it must end with 0. `keep` its output."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as given:
        given.write(text)
        given.seek(0)
        with tempfile.TemporaryFile() if keep else Path(os.devnull).open("wb") as output:
            began = time.monotonic()
            child = subprocess.Popen(command, stdin=given, stdout=output, stderr=said)
            _, status, usage = os.wait4(child.pid, 0)
            ended = time.monotonic()
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode != 0:
                said.seek(0)
                words = said.read().decode("utf-8", "replace")
                raise RuntimeError(f"{name} ended with code {child.returncode}: {words}")
            if keep:
                output.seek(0)
            printed = output.read().decode("utf-8", "replace") if keep else ""
        return Ran(
            seconds=ended - began,
            cpu=usage.ru_utime + usage.ru_stime,
            peak_mib=usage.ru_maxrss / 1024,
            ended=ended,
            output=printed,
        )
