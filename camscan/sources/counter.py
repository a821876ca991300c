"""Who counts the packets of a capture where they stand, so that none is made a tuple."""

from __future__ import annotations

from typing import Protocol

# link type, seconds per tick, seconds to add, snap length (0: none)
Interface = tuple[int, float, int, int]


class Counter(Protocol):
    """Takes packets; `last` is the time of the last enhanced packet block."""

    last: float

    def count(self, at: float, linktype: int, data: bytes, start: int, end: int, wire: int) -> None:
        """One packet: `pcap.Packet` says what."""

    def count_classic(
        self, data: bytes, places: list[int], big: bool, scale: float, linktype: int
    ) -> None:
        """Records of a classic capture file that begin at `places` of `data`; `scale` is the
        seconds of a fraction, `big` the byte order."""

    def count_enhanced(
        self, data: bytes, places: list[int], big: bool, interfaces: list[Interface]
    ) -> int:
        """Enhanced packet blocks of a pcapng file; how many of them name no interface or lie about
        their length, and were passed over."""
