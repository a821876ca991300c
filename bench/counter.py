"""Packets that reach an interface of another network namespace, counted while a command runs."""

from __future__ import annotations

import contextlib
import ctypes
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Samples = list[tuple[float, int]]
"""(time.monotonic(), packets received so far)"""

_EVERY = 0.01
_CLONE_NEWNET = 0x40000000


@contextlib.contextmanager
def counted(namespace: str, interface: str) -> Iterator[Samples]:
    """A growing list of samples, one every 10 ms, until the block ends."""
    samples: Samples = []
    stop = threading.Event()

    def count() -> None:
        path = Path("/proc/thread-self/net/dev")
        while not stop.is_set():
            line = next(x for x in path.read_text().splitlines() if f"{interface}:" in x)
            samples.append((time.monotonic(), int(line.partition(":")[2].split()[1])))
            stop.wait(_EVERY)

    thread = threading.Thread(target=lambda: inside(namespace, count))
    thread.start()
    try:
        yield samples
    finally:
        stop.set()
        thread.join()


def first_packet(samples: Samples) -> float:
    """When the first packet came; the time of the last sample when none did."""
    before = samples[0][1]
    return next((at for at, count in samples if count > before), samples[-1][0])


def last_above(samples: Samples, per_second: float) -> float:
    """The end of the last tenth of a second in which more than `per_second` came."""
    end = samples[0][0]
    start = 0
    for at, count in samples:
        while samples[start][0] < at - 0.1:
            start += 1
        if count - samples[start][1] > 0.1 * per_second:
            end = at
    return end


def inside(namespace: str, function: Callable[[], Any]) -> None:
    """Call `function` in a thread that lives in the named namespace."""

    def work() -> None:
        with Path("/run/netns", namespace).open() as handle:
            _set_namespace(handle.fileno())
        function()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def _set_namespace(number: int) -> None:
    """setns(2); Python has it as os.setns from 3.12 on only."""
    if ctypes.CDLL(None, use_errno=True).setns(number, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
