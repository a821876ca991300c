"""The addresses of a scope by number, as arrays: nothing is made a Python object per address.

The order is that of `Scope.addresses`: all IPv4, then IPv6 in blocks of at most 65,536, link-local
ones once for each interface of the scope.
"""

from __future__ import annotations

import socket
from bisect import bisect_right
from collections.abc import Iterator
from ipaddress import IPv6Address

import numpy as np
import numpy.typing as npt

from camscan.net.address import ipv4_value, parse, zone_index
from camscan.net.stretch import Stretch, stretches
from camscan.scope import Scope

Octets = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.int64]


class TargetList:
    """Number to address and back. `len` is the number of addresses."""

    def __init__(self, scope: Scope) -> None:
        self.stretches = tuple(stretches(scope))
        self._starts = [one.start for one in self.stretches]
        self._by_version = {
            version: [one for one in self.stretches if one.version == version] for version in (4, 6)
        }

    def __len__(self) -> int:
        return sum(one.size for one in self.stretches)

    def octets(self, version: int, indices: Indices) -> Octets:
        """Rows of 4 or 16 address bytes; every index must be of this version."""
        width = 4 if version == 4 else 16
        found = np.zeros((len(indices), width), dtype=np.uint8)
        for stretch, rows in self.parts(indices):
            offset = (indices[rows] - stretch.start) // max(len(stretch.zones), 1)
            found[rows] = _packed(stretch.span.first, offset, width)
        return found

    def parts(self, indices: Indices) -> Iterator[tuple[Stretch, Indices]]:
        """Each stretch that holds some of `indices`, with their positions."""
        which = np.searchsorted(self._starts, indices, side="right") - 1
        for number in np.unique(which):
            yield self.stretches[number], np.flatnonzero(which == number)

    def text(self, index: int) -> str:
        """The address as `Scope.addresses` writes it."""
        stretch = self.stretches[bisect_right(self._starts, index) - 1]
        if stretch.version == 4:
            value4 = stretch.span.first + index - stretch.start
            return socket.inet_ntoa(value4.to_bytes(4, "big"))
        turn, zones = index - stretch.start, stretch.zones
        value = IPv6Address(stretch.span.first + turn // max(len(zones), 1))
        return f"{value}%{zones[turn % len(zones)]}" if zones else str(value)

    def texts(self, indices: Indices) -> list[str]:
        """The addresses of many numbers; for IPv4 a few million a second."""
        found = [""] * len(indices)
        for stretch, rows in self.parts(indices):
            if stretch.version == 6:
                for row in rows:
                    found[row] = self.text(int(indices[row]))
                continue
            raw = _packed(stretch.span.first, indices[rows] - stretch.start, 4).tobytes()
            for at, row in enumerate(rows.tolist()):
                found[row] = socket.inet_ntoa(raw[4 * at : 4 * at + 4])
        return found

    def ranges(self, indices: Indices) -> tuple[str, ...]:
        """Ascending numbers as `first-last` of what is consecutive, or one address."""
        found: list[str] = []
        for stretch, rows in self.parts(indices):
            numbers = indices[rows]
            step = 0 if stretch.zones else 1  # zones take turns: no two neighbours are one range
            cuts = np.flatnonzero(np.diff(numbers) != step) + 1
            for run in np.split(numbers, cuts):
                first, last = self.text(int(run[0])), self.text(int(run[-1]))
                found.append(first if first == last else f"{first}-{last}")
        return tuple(found)

    def index(self, address: bytes, interface: int) -> int | None:
        """The number of a packed address that answered by `interface`, None outside the list."""
        return self._index(4 if len(address) == 4 else 6, int.from_bytes(address, "big"), interface)

    def _index(self, version: int, value: int, interface: int) -> int | None:
        held = self._by_version[version]
        at = bisect_right(held, value, key=lambda one: one.span.first) - 1
        if at < 0 or value > held[at].span.last:
            return None
        one, offset = held[at], value - held[at].span.first
        if not one.zones:
            return one.start + offset
        name = _name(interface)
        if name not in one.zones:
            return None
        return one.start + offset * len(one.zones) + one.zones.index(name)

    def number(self, address: str) -> int | None:
        """The number of an address as text, None outside the list."""
        value = ipv4_value(address)
        if value is not None:
            return self._index(4, value, 0)
        parsed = parse(address)
        if parsed is None:
            return None
        zone = zone_index(parsed.scope_id) if isinstance(parsed, IPv6Address) else 0
        return self.index(parsed.packed, zone or 0)

    def block_end(self, first: int, size: int) -> int:
        """Where a block of at least `size` numbers from `first` on ends: between two /24s."""
        end = first + size
        total = len(self)
        if end >= total:
            return total
        stretch = self.stretches[bisect_right(self._starts, end) - 1]
        if stretch.version == 6:
            return end
        group = self._group(end - 1)
        while end < total and self._group(end) == group:
            end += 1
        return end

    def _group(self, index: int) -> int | None:
        stretch = self.stretches[bisect_right(self._starts, index) - 1]
        if stretch.version == 6:
            return None
        return (stretch.span.first + index - stretch.start) >> 8


def _packed(first: int, offset: Indices, width: int) -> Octets:
    """`first` plus each offset, as bytes; an enumerable stretch carries into two halves at most."""
    low = np.uint64(first & 0xFFFFFFFFFFFFFFFF) + offset.astype(np.uint64)
    if width == 4:
        return low.astype(">u4").view(np.uint8).reshape(-1, 4)
    high = np.full(len(offset), first >> 64, dtype=np.uint64)
    high += (low < np.uint64(first & 0xFFFFFFFFFFFFFFFF)).astype(np.uint64)
    return np.stack([high, low], axis=1).astype(">u8").view(np.uint8).reshape(-1, 16)


def _name(interface: int) -> str:
    try:
        return socket.if_indextoname(interface)
    except OSError:
        return ""
