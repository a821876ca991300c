"""Live captures for `camscan egress iface:NAME`: as long as asked, or until somebody ends them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from camscan.cli.stopping import Stopping
from camscan.net.crossing_filter import Network
from camscan.sources.flows.interface import LiveCapture
from camscan.sources.flows.source import Reading

_TURN = 0.25  # seconds; how late a signal or the end may be noticed


def capture(
    names: Sequence[str],
    reading: Reading,
    inside: Sequence[Network],
    *,
    seconds: float | None,
    promiscuous: bool,
    say: Callable[[str], None],
) -> bool:
    """Capture on all interfaces together; True when a signal ended it. Raises LocalFaultError."""
    captures: list[LiveCapture] = []
    with Stopping() as stopping:
        try:
            for name in names:
                captures.append(
                    LiveCapture(name, reading, inside, promiscuous=promiscuous, on_state=say)
                )
            say(_beginning(names, captures, seconds))
            end = None if seconds is None else time.monotonic() + seconds
            while not stopping.stopped and (end is None or time.monotonic() < end):
                for one in captures:
                    one.take(_TURN / len(captures))
        finally:
            problem = "ended by a signal" if stopping.stopped else None
            for one in captures:
                one.close(problem)
                say(
                    f"{one.tap.name}: {one.tap.seen} packets passed the kernel's filter,"
                    f" {one.tap.lost} of them lost"
                )
        return stopping.stopped


def _beginning(names: Sequence[str], captures: Sequence[LiveCapture], seconds: float | None) -> str:
    until = "until Ctrl-C" if seconds is None else f"for {seconds:g} s"
    exact = all(one.exact for one in captures)
    how = "" if exact else "; the kernel filters by networks, camscan exactly"
    return f"capturing on {', '.join(names)} {until}; nothing is sent{how}"
