"""A live capture that outlives its interface: down, gone and back again (Linux)."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator

from camscan.errors import LocalFaultError
from camscan.net.bpf_assembler import Program
from camscan.net.packet_ring import Frame, PacketRing

_LOOK = 0.5  # seconds between looks at an interface that is gone


class Tap:
    """Frames of the interface `name` that `program` accepts. Raises LocalFaultError at its start.

    `on_state` gets in words that the interface went down, was taken away, or came back.
    `seen` and `lost` are the kernel's own counters: frames that passed the filter, and those of
    them for which there was no room; `outages` counts how often the interface went.
    """

    def __init__(
        self,
        name: str,
        program: Program,
        *,
        promiscuous: bool = False,
        on_state: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.name = name
        self.seen = 0
        self.lost = 0
        self.outages = 0
        self._program = program
        self._promiscuous = promiscuous
        self._on_state = on_state
        self._down = False
        self._looked = 0.0
        self._ring: PacketRing | None = PacketRing(name, program, promiscuous=promiscuous)

    def wait(self, seconds: float) -> bool:
        """Wait for frames, at most so long; False when there are none."""
        if self._ring is None:
            time.sleep(min(seconds, _LOOK))
            self._find_again()
            return False
        try:
            there = self._ring.wait(seconds)
        except OSError:
            self._went()
            return True  # what was captured before stands in the ring
        if there and self._down:
            self._came_back()
        elif not there and time.monotonic() - self._looked >= _LOOK:
            self._looked = time.monotonic()
            self._look()
        return there

    def frames(self) -> Iterator[Frame]:
        """The frames that wait."""
        if self._ring is not None:
            yield from self._ring.frames()

    def count(self) -> None:
        """Take over the kernel's counters."""
        if self._ring is not None:
            seen, lost = self._ring.statistics()
            self.seen += seen
            self.lost += lost

    def close(self) -> None:
        """Count for the last time and hear no more."""
        if self._ring is not None:
            self.count()
            self._ring.close()
            self._ring = None

    def _went(self) -> None:
        if not self._down:
            self._down = True
            self.outages += 1
            self._on_state(f"{self.name} went down; waiting for it")

    def _came_back(self) -> None:
        self._down = False
        self._on_state(f"{self.name} is back")

    def _look(self) -> None:
        """Whether the name still means the interface that was opened."""
        assert self._ring is not None
        if self._index() != self._ring.index:
            self._went()
            self.close()

    def _find_again(self) -> None:
        if self._index() is None:
            return
        try:
            self._ring = PacketRing(self.name, self._program, promiscuous=self._promiscuous)
        except LocalFaultError:
            return  # it is just coming or going: the next look will tell
        self._came_back()

    def _index(self) -> int | None:
        try:
            return socket.if_nametoindex(self.name)
        except OSError:
            return None
