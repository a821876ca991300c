"""What this machine and this user can do: tried, not guessed, and without sending anything."""

from __future__ import annotations

import shutil
import socket
import struct
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from camscan.net.descriptor import raise_limit, window
from camscan.net.interface import Interface, interfaces
from camscan.net.nmap_bridge import find_nmap
from camscan.net.scapy_bridge import scapy_version
from camscan.protocols.query import WSD_GROUP4, WSD_GROUP6

_ETH_P_ALL = 0x0003  # <linux/if_ether.h>
_CAPABILITIES = {12: "NET_ADMIN", 13: "NET_RAW"}  # <linux/capability.h>
_FEW_DESCRIPTORS = 1024


class Capability(Struct, frozen=True, kw_only=True):
    """One ability. `detail` what was found; `lost` what camscan does not do without it."""

    name: str
    available: bool
    detail: str
    lost: str = ""


def capabilities() -> tuple[Capability, ...]:
    """Every ability that `camscan doctor` prints."""
    links = interfaces()
    return (
        _raw_sockets(),
        _capture(),
        *_multicast(links),
        _ipv6(links),
        _neighbour_table(),
        _nmap(),
        _scapy(),
        _descriptors(),
    )


def parse_capabilities(status: str) -> tuple[str, ...]:
    """The network capabilities in the text of /proc/self/status, `NET_RAW` and `NET_ADMIN`."""
    for line in status.splitlines():
        key, _, value = line.partition(":")
        if key == "CapEff":
            try:
                mask = int(value.strip(), 16)
            except ValueError:
                return ()
            return tuple(name for bit, name in _CAPABILITIES.items() if mask >> bit & 1)
    return ()


def _raw_sockets() -> Capability:
    lost = "no raw SYN or ARP sweep: the sweep connects, which any user may"
    reason = _failure(
        lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP).close()
    )
    detail = _held() if reason is None else f"{reason}{_advice()}"
    return Capability(
        name="raw sockets", available=reason is None, detail=detail, lost=lost if reason else ""
    )


def _capture() -> Capability:
    lost = "no live capture: egress reads files only, passive listening hears only groups"
    if sys.platform != "linux":
        return Capability(
            name="capture",
            available=False,
            detail="live capture needs AF_PACKET, which only Linux has",
            lost=lost,
        )
    reason = _failure(
        lambda: socket.socket(
            socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.htons(_ETH_P_ALL)
        ).close()
    )
    detail = "AF_PACKET" if reason is None else f"{reason}{_advice()}"
    return Capability(
        name="capture", available=reason is None, detail=detail, lost=lost if reason else ""
    )


def _multicast(links: Sequence[Interface]) -> tuple[Capability, ...]:
    usable = [link for link in links if link.reason is None]
    if not usable:
        return (
            Capability(
                name="multicast",
                available=False,
                detail="no interface is up with an address",
                lost="no multicast discovery: WS-Discovery asks address by address",
            ),
        )
    return tuple(_multicast_on(link) for link in usable)


def _multicast_on(link: Interface) -> Capability:
    """Tried without joining a group: a join would send an IGMP or MLD report."""
    reason = None if link.multicast else "the interface does not do multicast"
    groups = []
    if reason is None and link.of_version(4):
        reason = _failure(lambda: _choose4(link))
        groups += [] if reason else [f"IPv4 {WSD_GROUP4}"]
    if reason is None and link.of_version(6):
        reason = _failure(lambda: _choose6(link))
        groups += [] if reason else [f"IPv6 {WSD_GROUP6}"]
    return Capability(
        name=f"multicast on {link.name}",
        available=reason is None,
        detail=reason or f"to {', '.join(groups)}",
        lost=f"no multicast discovery on {link.name}" if reason else "",
    )


def _choose4(link: Interface) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        own = socket.inet_aton(link.of_version(4)[0].address)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)


def _choose6(link: Interface) -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        index = struct.pack("@I", link.index)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)


def _ipv6(links: Sequence[Interface]) -> Capability:
    lost = "cameras that speak only IPv6 are not found"
    reason = _failure(lambda: socket.socket(socket.AF_INET6, socket.SOCK_STREAM).close())
    names = [link.name for link in links if link.reason is None and link.of_version(6)]
    if reason is None and not names:
        reason = "no interface has an IPv6 address"
    return Capability(
        name="IPv6",
        available=reason is None,
        detail=reason or f"on {', '.join(names)}",
        lost=lost if reason else "",
    )


def _neighbour_table() -> Capability:
    lost = "MAC addresses of on-link devices come only from files (--evidence)"
    if sys.platform == "linux":
        arp = Path("/proc/net/arp").exists()
        ip = shutil.which("ip") is not None
        detail = "/proc/net/arp" if arp else "no /proc/net/arp"
        detail += " and ip neigh" if ip else "; the program ip is missing: IPv4 only"
        return Capability(
            name="neighbour table", available=arp or ip, detail=detail, lost="" if arp else lost
        )
    found = shutil.which("arp")
    return Capability(
        name="neighbour table",
        available=found is not None,
        detail=found or "the program arp is missing",
        lost="" if found else lost,
    )


def _nmap() -> Capability:
    found = find_nmap()
    return Capability(
        name="nmap",
        available=found.version is not None,
        detail=found.version or found.reason,
        lost="" if found.version else "no second opinion of nmap on devices that stayed unknown",
    )


def _scapy() -> Capability:
    version = scapy_version()
    return Capability(
        name="scapy",
        available=version is not None,
        detail=version or "the Python package scapy is not installed",
        lost="" if version else "the IEEE names of MAC addresses are not shown",
    )


def _descriptors() -> Capability:
    limit = raise_limit()
    few = limit < _FEW_DESCRIPTORS
    return Capability(
        name="file descriptors",
        available=not few,
        detail=f"{limit} open files, {window(limit).touches} connections at once in the sweep",
        lost="the sweep of silent addresses is slower; raise `ulimit -n`" if few else "",
    )


def _held() -> str:
    if sys.platform != "linux":
        return "opened"
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return "opened"
    return ", ".join(parse_capabilities(text)) or "opened"


def _advice() -> str:
    if sys.platform == "linux":
        return "; run as root or give NET_RAW (docker run --cap-add NET_RAW)"
    return "; run as administrator"


def _failure(attempt: Callable[[], None]) -> str | None:
    """The reason why `attempt` fails on this machine, None when it succeeds."""
    try:
        attempt()
    except OSError as error:
        return error.strerror or str(error)
    return None
