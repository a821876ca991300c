"""The kernel's neighbour table as a limit on how fast silent on-link addresses may be asked.

Each silent address keeps an entry for three seconds (three unanswered ARP or NDP requests). When
the table, 1,024 entries unless set otherwise, is full, the kernel drops packets without a word,
also those to living cameras: in a sweep of a /21 without this limit, half of them were missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from camscan.net.interface import Interface, on_link

_TABLE_SIZE = Path("/proc/sys/net/ipv4/neigh/default/gc_thresh3")
_USUAL_SIZE = 1024

# Shares of the table. A touch takes a third of an entry's life, so a fifth of the table under
# way fills three fifths; datagrams at a sixteenth a second fill three sixteenths beside.
_TOUCHES = 5
_DATAGRAMS = 16


class Neighbourhood:
    """`touches` silent hosts that may be asked at once by TCP, `datagrams` a second by UDP."""

    def __init__(self, links: Sequence[Interface], *, table: Path = _TABLE_SIZE) -> None:
        size = _size(table)
        self.touches = max(size // _TOUCHES, 16)
        self.datagrams = max(size // _DATAGRAMS, 5)
        self._links = tuple(links)
        outside = [link for link in links if not link.loopback]
        connected = sum(a.network.num_addresses for i in outside for a in i.of_version(4))
        self._small_v4 = connected <= size // 2

    def limits(self, address: str) -> bool:
        """True when asking `address` is a matter of room: on-link, in a large subnet."""
        if self._small_v4 and ":" not in address:
            return False
        link = on_link(address, self._links)
        return link is not None and not link.loopback


def _size(table: Path) -> int:
    try:
        return int(table.read_text(encoding="ascii", errors="replace"))
    except (OSError, ValueError):
        return _USUAL_SIZE  # another system, or a container that does not show it
