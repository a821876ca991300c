"""Neighbour discovery of IPv6 (RFC 4861): solicitations out, advertisements in, as whole frames."""

from __future__ import annotations

import struct
from ipaddress import IPv6Address

from msgspec import Struct

ETHERTYPE = 0x86DD
_HEAD, _IP = 14, 40
_ICMPV6, _HOPS = 58, 255
_SOLICITATION, _ADVERTISEMENT = 135, 136
_SOURCE_LINK, _TARGET_LINK = 1, 2


class Advertisement(Struct, frozen=True):
    """Who has an address; no zone, which only the receiving interface knows."""

    address: str
    mac: str


def build_solicitation(mac: bytes, source: str, target: str) -> bytes:
    """The frame to the solicited-node group of `target` (RFC 4291 section 2.7.1)."""
    own, asked = IPv6Address(source.partition("%")[0]), IPv6Address(target.partition("%")[0])
    group = IPv6Address("ff02::1:ff00:0").packed[:13] + asked.packed[13:]
    body = struct.pack(">BBHI", _SOLICITATION, 0, 0, 0) + asked.packed
    body += bytes((_SOURCE_LINK, 1)) + mac
    check = _checksum(own.packed + group + struct.pack(">II", len(body), _ICMPV6) + body)
    body = body[:2] + check.to_bytes(2, "big") + body[4:]
    ip = struct.pack(">IHBB", 6 << 28, len(body), _ICMPV6, _HOPS) + own.packed + group
    return b"\x33\x33" + group[12:] + mac + ETHERTYPE.to_bytes(2, "big") + ip + body


def parse_advertisement(frame: bytes) -> Advertisement | None:
    """The advertisement in an Ethernet frame with its target's link-layer address, else None.

    A hop limit below 255 has crossed a router and is not believed (section 7.1.2). Without the
    option the frame's own source is the MAC.
    """
    body = frame[_HEAD + _IP :]
    if len(body) < 24 or frame[12:14] != ETHERTYPE.to_bytes(2, "big"):
        return None
    if frame[_HEAD + 6] != _ICMPV6 or frame[_HEAD + 7] != _HOPS:
        return None
    if body[0] != _ADVERTISEMENT or body[1] != 0:
        return None
    size = int.from_bytes(frame[_HEAD + 4 : _HEAD + 6], "big")
    address = IPv6Address(body[8:24])
    mac = _option(body[24:size]) or frame[6:12]
    if address.is_multicast or address.is_unspecified or mac[0] & 1 or not any(mac):
        return None
    return Advertisement(str(address), mac.hex(":"))


def _option(options: bytes) -> bytes | None:
    while len(options) >= 8:
        size = options[1] * 8
        if size == 0:
            return None
        if options[0] == _TARGET_LINK:
            return options[2:8]
        options = options[size:]
    return None


def _checksum(data: bytes) -> int:
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total >> 16) + (total & 0xFFFF)
    return ~total & 0xFFFF
