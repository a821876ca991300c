"""The network interfaces of this machine, and which of them reach an address directly."""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network

import ifaddr
from msgspec import Struct

from camscan.net.address import parse

# Flags of <net/if.h>: the same numbers on Linux and BSD, but for IFF_MULTICAST.
_IFF_UP = 0x1
_IFF_LOOPBACK = 0x8
_IFF_POINTOPOINT = 0x10
_IFF_MULTICAST = {"linux": 0x1000, "darwin": 0x8000}
_SIOCGIFFLAGS = {"linux": 0x8913, "darwin": 0xC0206911}


class IfAddress(Struct, frozen=True):
    """One address of an interface with the length of its prefix; no zone."""

    address: str
    prefix: int

    @property
    def network(self) -> IPv4Network | IPv6Network:
        """The connected subnet."""
        return _network(self.address, self.prefix)


class Interface(Struct, frozen=True, kw_only=True):
    """One interface. `reason` says why it is not used for discovery, None when it is."""

    name: str
    index: int
    addresses: tuple[IfAddress, ...] = ()
    up: bool = True
    multicast: bool = True
    loopback: bool = False
    point_to_point: bool = False
    reason: str | None = None

    def of_version(self, version: int) -> tuple[IfAddress, ...]:
        """The addresses of IP version 4 or 6."""
        return tuple(a for a in self.addresses if a.network.version == version)


class _Flags(Struct, frozen=True):
    up: bool
    multicast: bool
    loopback: bool
    point_to_point: bool


def interfaces() -> tuple[Interface, ...]:
    """Every interface of this machine, also those that are down or without an address."""
    found = []
    for adapter in ifaddr.get_adapters(include_unconfigured=True):
        # Windows: `name` is a GUID in bytes, `nice_name` what its user knows.
        name = str(adapter.nice_name) if sys.platform == "win32" else str(adapter.name)
        addresses = tuple(
            IfAddress(ip.ip if isinstance(ip.ip, str) else ip.ip[0], ip.network_prefix)
            for ip in adapter.ips
        )
        flags = _flags(name, addresses)
        found.append(
            Interface(
                name=name,
                index=adapter.index or 0,
                addresses=addresses,
                up=flags.up,
                multicast=flags.multicast,
                loopback=flags.loopback,
                point_to_point=flags.point_to_point,
                reason=_reason(flags, addresses),
            )
        )
    return tuple(found)


def on_link(address: str, among: Sequence[Interface]) -> Interface | None:
    """The interface whose connected subnet holds `address`: the longest prefix, or the zone."""
    parsed = parse(address)
    if parsed is None:
        return None
    zone = parsed.scope_id if isinstance(parsed, IPv6Address) else None
    if zone is not None:
        return next((i for i in among if zone in (i.name, str(i.index))), None)
    if isinstance(parsed, IPv6Address) and parsed.is_link_local:
        return None
    best: Interface | None = None
    longest = -1
    for interface in among:
        if not interface.up:
            continue
        for own in interface.addresses:
            if own.prefix > longest and parsed in own.network:
                best, longest = interface, own.prefix
    return best


@lru_cache(maxsize=1024)
def _network(address: str, prefix: int) -> IPv4Network | IPv6Network:
    return ip_network(f"{address.partition('%')[0]}/{prefix}", strict=False)


def _reason(flags: _Flags, addresses: tuple[IfAddress, ...]) -> str | None:
    if not flags.up:
        return "down"
    if flags.loopback:
        return "loopback"
    if flags.point_to_point:
        return "point-to-point"
    if not addresses:
        return "no address"
    return None


def _flags(name: str, addresses: tuple[IfAddress, ...]) -> _Flags:
    value = _flag_word(name)
    if value is None:
        # Windows lists only adapters that are up, and none says what it is.
        loopback = bool(addresses) and all(a.network.is_loopback for a in addresses)
        return _Flags(up=True, multicast=not loopback, loopback=loopback, point_to_point=False)
    return _Flags(
        up=bool(value & _IFF_UP),
        multicast=bool(value & _IFF_MULTICAST[sys.platform]),
        loopback=bool(value & _IFF_LOOPBACK),
        point_to_point=bool(value & _IFF_POINTOPOINT),
    )


def _flag_word(name: str) -> int | None:
    """The flags as the kernel gives them; /sys would show another namespace's interfaces."""
    if sys.platform == "win32" or sys.platform not in _SIOCGIFFLAGS:
        return None
    try:
        import fcntl
    except ImportError:
        return None

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            # struct ifreq: 16 bytes of name, then a short of flags in a union of 24 bytes.
            asked = struct.pack("16s24x", name.encode()[:15])
            answer = fcntl.ioctl(sock, _SIOCGIFFLAGS[sys.platform], asked)
        except OSError:
            return None  # the interface went away, or is an alias
    word: int = struct.unpack_from("H", answer, 16)[0]
    return word
