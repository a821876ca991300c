"""Which links get a multicast, and which addresses that reaches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING

from msgspec import Struct

from camscan.model.coverage import Skip
from camscan.net.multicast import multicast_refusal

if TYPE_CHECKING:
    from camscan.net.interface import Interface
    from camscan.scope import Scope


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
                        what=f"WS-Discovery by IPv{version} multicast",
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
