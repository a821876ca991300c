"""The addresses of a UDP sweep in groups that leave together: same kind of way, small bursts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from camscan.net.interface import Interface
from camscan.net.neighbourhood import Neighbourhood
from camscan.net.profile import Profile
from camscan.net.udp_batch import BATCH
from camscan.scope import Scope, Span, SpanSet

_BURST_SECONDS = 0.0025


class Group(Struct, frozen=True, kw_only=True):
    """Addresses that leave together, with their integers; without integers (IPv6, or a system
    without batches) they leave one by one. `limited`: the neighbour table bounds them."""

    addresses: Sequence[str]
    values: Sequence[int] = ()
    on_link: bool = False
    limited: bool = False


class Permitted(Struct, frozen=True, kw_only=True):
    """Addresses of a group, with their numbers in it and their four bytes."""

    numbers: Sequence[int]
    addresses: Sequence[str]
    packed: Sequence[bytes]


class Sweep:
    """Groups addresses by their way; a group is what the profile's rate sends in 2.5 ms."""

    def __init__(
        self, links: Sequence[Interface], profile: Profile, neighbourhood: Neighbourhood
    ) -> None:
        self._near = SpanSet.of(
            Span(int(own.network.network_address), int(own.network.broadcast_address))
            for link in links
            if link.up
            for own in link.of_version(4)
        )
        self._neighbourhood = neighbourhood
        far = min(profile.routed_udp_pps, profile.on_link_pps)
        self._most = {True: _burst(profile.on_link_pps), False: _burst(far)}

    def groups(
        self, addresses: Iterable[str], numbers: Iterable[int | None], *, batched: bool
    ) -> Iterator[Group]:
        """Every address once, in order; `numbers` are their integers, None for IPv6."""
        waiting: list[str] = []
        values: list[int] = []
        way = (False, False)
        for address, value in zip(addresses, numbers, strict=True):
            if not batched or value is None:
                if waiting:
                    yield self._group(waiting, values, way)
                    waiting, values = [], []
                yield Group(addresses=(address,))
                continue
            near = value in self._near
            here = (near, near and self._neighbourhood.limits(address))
            if waiting and (here != way or len(waiting) >= self._most[near]):
                yield self._group(waiting, values, way)
                waiting, values = [], []
            way = here
            waiting.append(address)
            values.append(value)
        if waiting:
            yield self._group(waiting, values, way)

    def permitted(self, group: Group, scope: Scope) -> Permitted:
        """The addresses of `group` that `scope` permits now."""
        numbers = [n for n, value in enumerate(group.values) if scope.permits_ipv4(value)]
        return Permitted(
            numbers=numbers,
            addresses=[group.addresses[n] for n in numbers],
            packed=[group.values[n].to_bytes(4) for n in numbers],
        )

    @staticmethod
    def _group(addresses: list[str], values: list[int], way: tuple[bool, bool]) -> Group:
        near, limited = way
        return Group(addresses=addresses, values=values, on_link=near, limited=limited)


def _burst(per_second: float) -> int:
    return max(1, min(BATCH, int(per_second * _BURST_SECONDS)))
