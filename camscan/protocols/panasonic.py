"""Panasonic's (i-PRO's) search protocol: asked on UDP 10670, answered to 10669.

Layout: julienblitte/UniversalScanner Panasonic.cs, and answers of a camera and a recorder recorded
in Rickardjd/Easy_IP (Wireshark/responses.txt, recorder_response.txt). A header of 48 bytes, then
type and length of two bytes each from 0x30 on, up to type 0xffff.
"""

from __future__ import annotations

from itertools import takewhile

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.layout import ipv4_at, ipv6_at, mac_at, port_at, text_at
from camscan.protocols.tlv import tlvs

_HEADER = 0x30
_ANSWER = b"\x00\x0e"
_END = 0xFFFF
# The header's byte 0x25, as recorded before and after a password was set.
_ADMIN_PASSWORD_SET = {1: "false", 2: "true"}


def decode(data: bytes) -> Decoded:
    """panasonic.mac .model .short_name .serial .firmware .ipv4 …; MALFORMED for a question.

    A recorder has a short name only (`NX510`), and `.channels`.
    """
    if len(data) < _HEADER or data[:2] != b"\x00\x01" or data[4:6] != _ANSWER:
        return malformed()
    found: list[tuple[str, str | None]] = [
        ("panasonic.mac", mac_at(data, 6)),
        ("panasonic.admin_password_set", _ADMIN_PASSWORD_SET.get(data[0x25])),
    ]
    for kind, value in takewhile(lambda each: each[0] != _END, tlvs(data[_HEADER:], 2, 2)):
        found.extend(_fields(kind, value))
    kept = pairs(found)
    return Decoded(status=Status.OK, fields=kept) if kept else malformed()


def _fields(kind: int, value: bytes) -> tuple[tuple[str, str | None], ...]:
    match kind:
        case 0x20:
            return (("panasonic.ipv4", ipv4_at(value, 0)),)
        case 0x21:
            return (("panasonic.netmask", ipv4_at(value, 0)),)
        case 0x22:
            return (("panasonic.gateway", ipv4_at(value, 0)),)
        case 0x23:
            return ("panasonic.dns", ipv4_at(value, 0)), ("panasonic.dns", ipv4_at(value, 4))
        case 0x25:
            return (("panasonic.http_port", port_at(value, 0)),)
        case 0x40:
            return (("panasonic.ipv6", ipv6_at(value, 0)),)
        case 0xA7:
            return (("panasonic.model", text_at(value, 0, 64)),)
        case 0xA8:
            return (("panasonic.short_name", text_at(value, 0, 64)),)
        case 0xA9:
            return (("panasonic.firmware", text_at(value, 0, 64)),)
        case 0xC0:
            return (("panasonic.channels", _number(value)),)
        case 0xD1:
            return (("panasonic.serial", text_at(value, 0, 64)),)
        case _:
            return ()


def _number(value: bytes) -> str | None:
    number = int.from_bytes(value[:2], "big")
    return str(number) if len(value) == 2 and number else None
