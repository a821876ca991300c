"""Which links get a multicast, and which addresses that reaches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from camscan.model.coverage import Skip
from camscan.net.multicast import multicast_refusal
from camscan.scope import Scope, Span, SpanSet

if TYPE_CHECKING:
    from camscan.net.interface import Interface


class Link(Struct, frozen=True):
    """One interface and IP version by which a multicast may leave."""

    interface: Interface
    version: int

    def __hash__(self) -> int:
        return hash((self.interface.name, self.version))


def multicast_links(
    scope: Scope, interfaces: Sequence[Interface], allowed: frozenset[str] = frozenset()
) -> tuple[tuple[Link, ...], tuple[Skip, ...]]:
    """(links to use, why the others are not). An interface that is down, loopback or without an
    address of a version is no link at all and gets no Skip."""
    links: list[Link] = []
    skips: list[Skip] = []
    for interface in interfaces:
        if interface.reason is not None:
            continue
        for version in (4, 6):
            if not interface.of_version(version):
                continue
            reason = multicast_refusal(scope, interface, version, allowed=allowed)
            if reason is None:
                links.append(Link(interface, version))
            else:
                skips.append(
                    Skip(
                        subject=interface.name,
                        what=f"discovery by IPv{version} multicast",
                        reason=reason,
                    )
                )
    return tuple(links), tuple(skips)


def reached_by_multicast(links: Sequence[Link]) -> Callable[[str], bool]:
    """A test whether an address lies in a subnet of one of `links`."""
    networks = [own.network for link in links for own in link.interface.of_version(link.version)]

    def covered(address: str) -> bool:
        parsed = ip_address(address.partition("%")[0])
        return any(parsed in network for network in networks)

    return covered


def out_of_reach(scope: Scope, links: Sequence[Link]) -> Scope:
    """The part of `scope` that no multicast by `links` reaches: its addresses are asked singly."""
    spans: dict[int, list[Span]] = {4: [], 6: []}
    for link in links:
        for own in link.interface.of_version(link.version):
            network = own.network
            span = Span(int(network.network_address), int(network.broadcast_address))
            spans[link.version].append(span)
    return replace(
        scope,
        v4=scope.v4.minus(SpanSet.of(spans[4])),
        v6=scope.v6.minus(SpanSet.of(spans[6])),
    )
