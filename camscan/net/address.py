"""Addresses as sockets want them; never a name, so never a look-up."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from msgspec import Struct

SocketAddress = tuple[str, int] | tuple[str, int, int, int]


class Endpoint(Struct, frozen=True):
    """Where one connection or datagram goes. `address` is canonical, with its IPv6 zone."""

    address: str
    family: int
    sockaddr: SocketAddress


@lru_cache(maxsize=4096)
def parse(address: str) -> IPv4Address | IPv6Address | None:
    """The address, IPv4-mapped IPv6 as the IPv4 that it reaches, or None for anything else."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed


def endpoint(address: str, port: int) -> Endpoint | None:
    """The endpoint, or None when `address` is no address or its zone is no interface here.

    Unspecified and multicast addresses give None too: connecting to 0.0.0.0 reaches this very
    machine, and a group is never dialled.
    """
    parsed = parse(address)
    if parsed is None or parsed.is_unspecified or parsed.is_multicast:
        return None
    if isinstance(parsed, IPv4Address):
        return Endpoint(str(parsed), socket.AF_INET, (str(parsed), port))
    zone = zone_index(parsed.scope_id)
    if zone is None:
        return None
    plain = str(parsed).partition("%")[0]
    sockaddr = (plain, port, 0, zone)
    # fe80::1%2 and fe80::1%eth0 are one device and must share its one connection.
    text = from_sockaddr(sockaddr) if zone else plain
    return Endpoint(text, socket.AF_INET6, sockaddr)


def ipv4_value(address: str) -> int | None:
    """The IPv4 address as an integer, None for anything else; much quicker than `parse`."""
    try:
        return int.from_bytes(socket.inet_pton(socket.AF_INET, address), "big")
    except (OSError, ValueError):
        return None


def zone_index(zone: str | None) -> int | None:
    """Interface index of an IPv6 zone (name or number, RFC 4007 section 11); 0 without a zone."""
    if zone is None:
        return 0
    if zone.isascii() and zone.isdigit():
        return int(zone) if int(zone) < 2**32 else None
    try:
        return socket.if_nametoindex(zone)
    except OSError:
        return None


def from_sockaddr(sockaddr: Sequence[object]) -> str:
    """The canonical address of a received packet's sender, link-local ones with their zone."""
    host = str(sockaddr[0]).partition("%")[0]
    parsed = parse(host)
    if parsed is None:
        return host
    index = sockaddr[3] if len(sockaddr) == 4 else 0
    if (
        isinstance(index, int)
        and index
        and isinstance(parsed, IPv6Address)
        and parsed.is_link_local
    ):
        try:
            return f"{parsed}%{socket.if_indextoname(index)}"
        except OSError:
            return f"{parsed}%{index}"
    return str(parsed)
