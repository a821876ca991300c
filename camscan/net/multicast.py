"""Whether a multicast may leave by an interface: it reaches every device of the link."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

from camscan.net.interface import Interface
from camscan.scope import Scope


def multicast_refusal(
    scope: Scope, interface: Interface, version: int, *, allowed: frozenset[str] = frozenset()
) -> str | None:
    """Why no multicast of IP `version` may leave by `interface`, None when it may.

    Every connected IPv4 subnet must be in scope with nothing excluded, for IPv6 every connected
    prefix beside; the link-local prefix must only where the link has no other, since it reaches
    the same devices. `allowed` holds interfaces that the user named for multicast.
    """
    if interface.reason is not None:
        return interface.reason
    if not interface.multicast:
        return "the interface does not do multicast"
    if not interface.of_version(version):
        return f"no IPv{version} address"
    if interface.name in allowed:
        return None
    excluded = _excluded_link_local(scope, interface)
    if version == 6 and excluded:
        return f"{excluded} is excluded"
    for network in _to_cover(interface, version):
        if network.num_addresses <= 2:
            return f"{network} is no subnet"
        if not scope.covers(network):
            return f"{network} is not wholly in scope"
    return None


def _to_cover(interface: Interface, version: int) -> list[IPv4Network | IPv6Network]:
    networks = [own.network for own in interface.addresses]
    relevant = [n for n in networks if n.version == 4 or version == 6]
    return [n for n in relevant if not n.is_link_local] or relevant


def _excluded_link_local(scope: Scope, interface: Interface) -> str | None:
    for text in scope.exclude:
        address, _, zone = text.partition("%")
        if address.lower().startswith("fe80:") and zone in ("", interface.name):
            return text
    return None
