"""What a frame carries and where, by link type (https://www.tcpdump.org/linktypes.html)."""

from __future__ import annotations

from camscan.sources.buffer import Memory

NULL = 0
ETHERNET = 1
RAW_BSD = 12
RAW_OPENBSD = 14
RAW = 101
LOOP = 108
LINUX_SLL = 113
IPV4 = 228
IPV6 = 229
LINUX_SLL2 = 276

KNOWN = frozenset(
    {NULL, ETHERNET, RAW_BSD, RAW_OPENBSD, RAW, LOOP, LINUX_SLL, IPV4, IPV6, LINUX_SLL2}
)
_RAW = frozenset({RAW_BSD, RAW_OPENBSD, RAW, IPV4, IPV6})
_IP4 = b"\x08\x00"
_IP6 = b"\x86\xdd"
_TAGS = frozenset({b"\x81\x00", b"\x88\xa8", b"\x91\x00"})  # 802.1Q, 802.1ad, old QinQ
_PPPOE = b"\x88\x64"
_PPP = {b"\x00\x21": _IP4, b"\x00\x57": _IP6}
_MPLS = frozenset({b"\x88\x47", b"\x88\x48"})
_MAX_TAGS = 4
_TYPE_AT = {ETHERNET: 12, LINUX_SLL: 14, LINUX_SLL2: 0}


def network_offset(linktype: int, data: bytes, start: int, end: int) -> int | None:
    """Index of the IP header in `data[start:end]`, or None when the frame carries no IP.

    The caller checks the version nibble: a wrong EtherType over IP is not trusted blindly.
    """
    if linktype == ETHERNET:
        return _typed(data, start + 12, end)
    if linktype in _RAW:
        return start if start < end else None
    if linktype == LINUX_SLL:
        return _typed(data, start + 14, end)
    if linktype == LINUX_SLL2:
        return _at_type(data, data[start : start + 2], start + 20, end)
    if linktype in (NULL, LOOP):
        return _by_version(data, start + 4, end)
    return None


def source_mac(linktype: int, data: Memory, start: int) -> bytes | None:
    """The sender's MAC where the link type carries one."""
    if linktype == ETHERNET:
        return data[start + 6 : start + 12]
    if linktype == LINUX_SLL and data[start + 4 : start + 6] == b"\x00\x06":
        return data[start + 6 : start + 12]
    if linktype == LINUX_SLL2 and data[start + 11 : start + 12] == b"\x06":
        return data[start + 12 : start + 18]
    return None


def ether_type(linktype: int, data: bytes, start: int, end: int) -> tuple[int, int] | None:
    """EtherType behind all VLAN tags, and the index of what follows it; None for link types
    without one. Below 1536 it is the length of an IEEE 802.3 frame, and LLC follows."""
    at = _TYPE_AT.get(linktype)
    if at is None:
        return None
    at += start
    if linktype == LINUX_SLL2:
        kind, at = data[start : start + 2], start + 20
    else:
        kind, at = data[at : at + 2], at + 2
    for _ in range(_MAX_TAGS):
        if kind not in _TAGS:
            break
        kind, at = data[at + 2 : at + 4], at + 4
    return None if at > end or len(kind) < 2 else (kind[0] << 8 | kind[1], at)


def _typed(data: bytes, at: int, end: int) -> int | None:
    """Follow the EtherType that stands at `at`."""
    return _at_type(data, data[at : at + 2], at + 2, end)


def _at_type(data: bytes, kind: bytes, at: int, end: int) -> int | None:
    for _ in range(_MAX_TAGS):
        if kind not in _TAGS:
            break
        kind = data[at + 2 : at + 4]
        at += 4
    if kind == _PPPOE:
        kind = _PPP.get(data[at + 6 : at + 8], b"")
        at += 8
    if kind in _MPLS:
        return _below_mpls(data, at, end)
    if kind in (_IP4, _IP6) and at < end:
        return at
    return None


def _below_mpls(data: bytes, at: int, end: int) -> int | None:
    """The label stack ends at the bottom-of-stack bit (RFC 3032); below may stand IP."""
    for _ in range(_MAX_TAGS * 2):
        if at + 4 >= end:
            return None
        bottom = data[at + 2] & 1
        at += 4
        if bottom:
            return _by_version(data, at, end)
    return None


def _by_version(data: bytes, at: int, end: int) -> int | None:
    if at < end and data[at] >> 4 in (4, 6):
        return at
    return None
