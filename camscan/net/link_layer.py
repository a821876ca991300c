"""Whether frames of one's own can leave by an interface, and with which MAC address (Linux)."""

from __future__ import annotations

import socket
import struct

from msgspec import Struct

# <linux/sockios.h>, <linux/if_arp.h>, <linux/if.h>
_SIOCGIFFLAGS, _SIOCGIFHWADDR = 0x8913, 0x8927
_ARPHRD_ETHER = 1
_KINDS = {
    512: "PPP",
    768: "an IP tunnel",
    769: "an IPv6 tunnel",
    772: "loopback",
    776: "an IPv6-in-IPv4 tunnel",
    778: "a GRE tunnel",
    801: "Wi-Fi outside managed mode",
    802: "Wi-Fi in monitor mode",
    803: "Wi-Fi in monitor mode",
    65534: "a tunnel without a link layer",
}
_IFF_UP, _IFF_LOOPBACK, _IFF_NOARP = 0x1, 0x8, 0x80


class LinkLayer(Struct, frozen=True, kw_only=True):
    """One interface. `reason` says why no Ethernet frame leaves by it, None when one does.

    Ethernet, VLAN sub-interfaces, bridges, bonds and Wi-Fi in managed mode all show themselves
    as Ethernet.
    """

    name: str
    index: int
    mac: bytes = bytes(6)
    reason: str | None = None


def refused() -> str | None:
    """Why this user may not open packet sockets here, None when it may."""
    if not hasattr(socket, "AF_PACKET"):
        return "raw frames need AF_PACKET, which only Linux has"
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
    except OSError as error:
        return f"raw frames need NET_RAW: {error.strerror}"
    return None


def link_layer(index: int) -> LinkLayer:
    """What the kernel says of the interface with this index."""
    import fcntl

    try:
        name = socket.if_indextoname(index)
    except OSError:
        return LinkLayer(name=str(index), index=index, reason="the interface went away")
    asked = struct.pack("16s24x", name.encode()[:15])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            flags = struct.unpack_from("H", fcntl.ioctl(sock, _SIOCGIFFLAGS, asked), 16)[0]
            kind, mac = struct.unpack_from("H6s", fcntl.ioctl(sock, _SIOCGIFHWADDR, asked), 16)
        except OSError as error:
            reason = error.strerror or str(error)
            return LinkLayer(name=name, index=index, reason=reason)
    return LinkLayer(name=name, index=index, mac=mac, reason=_reason(kind, flags))


def _reason(kind: int, flags: int) -> str | None:
    if flags & _IFF_LOOPBACK:
        return "loopback"
    if kind != _ARPHRD_ETHER:
        return f"{_KINDS.get(kind, f'a link of type {kind}')}, not Ethernet"
    if not flags & _IFF_UP:
        return "down"
    if flags & _IFF_NOARP:
        return "the interface does no ARP"
    return None
