"""IP headers: who, to whom, which protocol, and where its header begins. Outer header only."""

from __future__ import annotations

from typing import NamedTuple

FRAGMENT_HEADER = 44
_EXTENSIONS = frozenset({0, 43, 60, 135, 139, 140})  # RFC 8200 and the registry of IPv6 headers
_AUTHENTICATION = 51
_MAX_EXTENSIONS = 8
_SHORT = 20


class Header(NamedTuple):
    """One IP header.

    `transport` is the index of the next header, `wire` the bytes of the whole IP packet on the
    wire, `fragment` the identification of a fragmented packet (None otherwise), `begins` False
    for all fragments but the first.
    """

    source: bytes
    destination: bytes
    protocol: int
    transport: int
    wire: int
    fragment: bytes | None
    begins: bool


def read_header(data: bytes, at: int, end: int, wire: int) -> Header | None:
    """The header at `data[at:end]`; `wire` is the frame's length there before any snap length."""
    if at >= end:
        return None
    version = data[at] >> 4
    if version == 4:
        return _ipv4(data, at, end, wire)
    if version == 6:
        return _ipv6(data, at, end, wire)
    return None


def _bounded(claimed: int, wire: int) -> int:
    """The claimed length, unless it is 0 (offloaded segments) or longer than the frame."""
    return claimed if 0 < claimed <= wire else wire


def _ipv4(data: bytes, at: int, end: int, wire: int) -> Header | None:
    length = (data[at] & 15) * 4
    if end - at < _SHORT or length < _SHORT:
        return None
    field = data[at + 6] << 8 | data[at + 7]
    offset = field & 0x1FFF
    fragmented = bool(offset or field & 0x2000)
    return Header(
        data[at + 12 : at + 16],
        data[at + 16 : at + 20],
        data[at + 9],
        at + length,
        _bounded(data[at + 2] << 8 | data[at + 3], wire),
        data[at + 4 : at + 6] if fragmented else None,
        offset == 0,
    )


def _ipv6(data: bytes, at: int, end: int, wire: int) -> Header | None:
    if end - at < 40:
        return None
    payload = data[at + 4] << 8 | data[at + 5]
    following = data[at + 6]
    place = at + 40
    fragment: bytes | None = None
    begins = True
    for _ in range(_MAX_EXTENSIONS):
        if place + 8 > end:
            break
        if following in _EXTENSIONS:
            following, place = data[place], place + 8 * (data[place + 1] + 1)
        elif following == _AUTHENTICATION:
            following, place = data[place], place + 4 * (data[place + 1] + 2)
        elif following == FRAGMENT_HEADER:
            field = data[place + 2] << 8 | data[place + 3]
            if field & 0xFFF9:
                fragment = data[place + 4 : place + 8]
                begins = field >> 3 == 0
            following, place = data[place], place + 8
            if not begins:
                break
        else:
            break
    claimed = payload + 40 if payload else 0
    return Header(
        data[at + 8 : at + 24],
        data[at + 24 : at + 40],
        following,
        place,
        _bounded(claimed, wire),
        fragment,
        begins,
    )
