"""Foscam's old search protocol (MO_I) on UDP 10000, a port that Vivotek uses too.

Layout: julienblitte/UniversalScanner Foscam.cs and its two recorded answers, and jimboca/
ISYHelperPolyglot udpping.py, whose answers have one byte more. With the flag at 6 the body is XORed
with the eight bytes at 7. Types 0 and 2 are the question and a setting.
"""

from __future__ import annotations

from itertools import cycle

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.inquiry import mac_of
from camscan.protocols.layout import ipv4_at, port_at, switch, text_at, version_at

MAGIC = b"MO_I"
_ANSWER = 1
_BODY = 0x17
_LENGTH = 0x57


def decode(data: bytes) -> Decoded:
    """foscam.serial (.mac when it is one) .name .firmware .web_version .ipv4 .http_port …"""
    kind = int.from_bytes(data[4:6], "little")
    if not data.startswith(MAGIC) or len(data) < _LENGTH or kind != _ANSWER:
        return malformed()
    body = data[_BODY : _LENGTH + 1]
    if data[6]:
        body = bytes(byte ^ key for byte, key in zip(body, cycle(data[7:15]), strict=False))
    serial = text_at(body, 0, 13)
    found = pairs(
        (
            ("foscam.mac", mac_of(serial)),
            ("foscam.serial", serial),
            ("foscam.name", text_at(body, 13, 21)),
            ("foscam.device_type", str(int.from_bytes(body[50:54], "little"))),
            ("foscam.firmware", version_at(body, 54)),
            ("foscam.web_version", version_at(body, 58)),
            ("foscam.ipv4", ipv4_at(body, 34)),
            ("foscam.netmask", ipv4_at(body, 38)),
            ("foscam.gateway", ipv4_at(body, 42)),
            ("foscam.dns", ipv4_at(body, 46)),
            ("foscam.http_port", port_at(body, 62)),
            ("foscam.dhcp", switch(str(body[64])) if len(body) > 64 else None),
        )
    )
    return Decoded(status=Status.OK, fields=found) if serial else malformed()
