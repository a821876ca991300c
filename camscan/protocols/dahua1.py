"""Dahua's older inquiry (UDP 5050): a fixed part of 0x78 bytes, then MAC with model, then texts.

Layout: julienblitte/UniversalScanner Dahua1.cs; OpenIPC/python-dvr DeviceManager.py. The length of
the second part stands in byte 2, that of the third at 0x14; both may lie.
"""

from __future__ import annotations

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.inquiry import MAX_DATAGRAM, ipv4_of, ipv6_of, mac_of, port_of, snake
from camscan.protocols.text import to_text

PORT = 5050

_ANSWER = 0xB3
_FIXED = 0x78
_MAC_TEXT = 17
_LINES = 64
_KEYS = {"name": "Name", "device": "Device", "serialno": "SerialNo", "version": "Version"}


def decode(data: bytes) -> Decoded:
    """dahua1.* of one answer; MALFORMED for the query (0xA3) and anything else."""
    if len(data) < _FIXED or data[0] != _ANSWER:
        return malformed()
    data = data[:MAX_DATAGRAM]
    second = _FIXED + data[2]
    mac, model = _second(data[_FIXED:second])
    kind = _text(data[0x28:0x38])
    said = _third(data[second : second + int.from_bytes(data[0x14:0x16], "little")])
    found: list[tuple[str, str | None]] = [
        ("dahua1.mac", mac),
        ("dahua1.model", model or kind),
        ("dahua1.type", kind),
        ("dahua1.serial", said.get("SerialNo")),
        ("dahua1.firmware", said.get("Version")),
        ("dahua1.ipv4", ipv4_of(data[0x38:0x3C])),
        ("dahua1.netmask", ipv4_of(data[0x3C:0x40])),
        ("dahua1.gateway", ipv4_of(data[0x40:0x44])),
        ("dahua1.dns", ipv4_of(data[0x44:0x48])),
        ("dahua1.ipv6", ipv6_of(said.get("IPv6Addr", "").partition(";")[0])),
        ("dahua1.http_port", _port(data, 0x5E)),
        ("dahua1.https_port", _port(data, 0x60)),
        ("dahua1.sdk_port", _port(data, 0x62)),
    ]
    found += [(f"dahua1.{snake(key)}", said.get(key)) for key in _KEYS.values()]
    if mac is None and not said and kind is None:
        return malformed()
    return Decoded(status=Status.OK, fields=pairs(found))


def _second(part: bytes) -> tuple[str | None, str | None]:
    """MAC as 17 characters, and the model behind it."""
    return mac_of(_text(part[:_MAC_TEXT])), _text(part[_MAC_TEXT:])


def _third(part: bytes) -> dict[str, str]:
    """`Key:Value` lines, empty ones between them; the first of a key."""
    found: dict[str, str] = {}
    for line in to_text(part).splitlines()[:_LINES]:
        key, colon, value = line.partition(":")
        name = key.strip("\x00 ")
        name = "IPv6Addr" if name.lower() == "ipv6addr" else _KEYS.get(name.lower(), "")
        text = value.strip("\x00 ")
        if colon and name and text:
            found.setdefault(name, text)
    return found


def _text(part: bytes) -> str | None:
    return to_text(part.partition(b"\x00")[0]).strip() or None


def _port(data: bytes, at: int) -> str | None:
    return port_of(int.from_bytes(data[at : at + 2], "little"))
