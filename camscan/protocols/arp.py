"""ARP for IPv4 over Ethernet (RFC 826): requests out, replies in, as whole frames."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address

from msgspec import Struct

ETHERTYPE = 0x0806
BROADCAST = b"\xff" * 6
_BODY = struct.Struct(">HHBBH6s4s6s4s")
_HEAD = 14
_REQUEST, _REPLY = 1, 2


class ArpReply(Struct, frozen=True):
    """Who has an address."""

    address: str
    mac: str


def build_request(mac: bytes, source: str, target: str) -> bytes:
    """The broadcast frame that asks for `target`'s MAC, from an own MAC and address."""
    own, asked = IPv4Address(source).packed, IPv4Address(target).packed
    body = _BODY.pack(1, 0x0800, 6, 4, _REQUEST, mac, own, bytes(6), asked)
    return (BROADCAST + mac + ETHERTYPE.to_bytes(2, "big") + body).ljust(60, b"\0")


def parse_reply(frame: bytes) -> ArpReply | None:
    """The reply in an Ethernet frame, None for anything else, groups and empty MACs included."""
    if len(frame) < _HEAD + _BODY.size or frame[12:14] != ETHERTYPE.to_bytes(2, "big"):
        return None
    hardware, protocol, size, width, operation, mac, address, _, _ = _BODY.unpack_from(frame, _HEAD)
    if (hardware, protocol, size, width, operation) != (1, 0x0800, 6, 4, _REPLY):
        return None
    if mac[0] & 1 or not any(mac):
        return None
    return ArpReply(str(IPv4Address(address)), mac.hex(":"))
