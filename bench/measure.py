"""One command run several times: median seconds and peak memory of the process itself."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence

from msgspec import Struct


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
    seconds, processor, peak = [], [], 0
    for _ in range(repeats):
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as given:
            given.write(text)
            given.seek(0)
            began = time.perf_counter()
            child = subprocess.Popen(
                command, stdin=given, stdout=None if show else subprocess.DEVNULL, stderr=said
            )
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            seconds.append(time.perf_counter() - began)
            processor.append(usage.ru_utime + usage.ru_stime)
            peak = max(peak, usage.ru_maxrss)
            if child.returncode != 0:
                said.seek(0)
                words = said.read().decode("utf-8", "replace")
                raise RuntimeError(f"{name} ended with code {child.returncode}: {words}")
    return Measured(
        name=name,
        seconds=statistics.median(seconds),
        peak_mib=peak / 1024,
        processor=statistics.median(processor),
    )
