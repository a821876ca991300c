"""What an address is before anybody asks where it is: embedded IPv4, inside or outside."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from camscan.egress.special import GLOBAL, scope_of

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = int(ip_network("64:ff9b::/96").network_address) >> 32  # RFC 6052
INSIDE = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # RFC 6598, carrier NAT
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/4",
        "255.255.255.255/32",
        "::/127",
        "fc00::/7",
        "fe80::/10",
        "ff00::/8",
    )
)
"""What is inside every network: private, link-local, loopback, multicast and carrier-NAT space."""


def parse(text: str) -> Address | None:
    """The address without its scope id, or None."""
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def unwrapped(address: Address) -> Address:
    """The IPv4 address inside an IPv4-mapped, NAT64, 6to4 (RFC 3056) or Teredo address, else
    itself. Of Teredo (RFC 4380) it is the client's side, which is who is spoken to."""
    if isinstance(address, IPv4Address):
        return address
    if address.teredo is not None:
        return address.teredo[1]
    return address.sixtofour or _translated(address)


def _translated(address: Address) -> Address:
    """The IPv4 address that a translator of this very network puts in place of `address`."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if int(address) >> 32 == _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_inside(address: Address, internal: tuple[Network, ...] = ()) -> bool:
    """True for private, link-local, loopback, multicast and carrier-NAT space and `internal`.

    A private address inside 6to4 or Teredo is not inside: its packets go to a relay out there.
    """
    if _is_inside_everywhere(address):
        return True
    plain = unwrapped(address)
    return any(plain in net for net in internal if net.version == plain.version)


@lru_cache(maxsize=8192)  # each is asked for with every conversation, several times
def _is_inside_everywhere(address: Address) -> bool:
    plain = _translated(address)
    return any(plain in net for net in INSIDE if net.version == plain.version)


def is_global(address: Address) -> bool:
    """True when a geographic table may be asked: globally routable unicast."""
    return scope_of(unwrapped(address)) == GLOBAL
