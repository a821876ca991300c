"""LLDP (IEEE 802.1AB) with the inventory of LLDP-MED (ANSI/TIA-1057): the neighbour's own words.

`data` begins behind the EtherType 88CC.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from msgspec import Struct

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, Malformed, malformed, pairs
from camscan.protocols.mac import is_device
from camscan.protocols.text import to_text

ETHERTYPE = 0x88CC
_END, _CHASSIS, _PORT, _TTL, _SYSTEM_NAME, _DESCRIPTION, _MANAGEMENT = 0, 1, 2, 3, 5, 6, 8
_ORGANISATION = 127
_MED = b"\x00\x12\xbb"  # TIA TR-41 Committee
_MED_INVENTORY = {6: "firmware", 7: "software", 8: "serial", 9: "manufacturer", 10: "model"}
_CHASSIS_MAC = 4
_MOST_TLVS = 128
_FAMILY = {1: 4, 2: 16}  # IANA address family numbers, and octets


class LldpMessage(Struct, frozen=True, kw_only=True):
    """One frame. `mac` only where the chassis is named by one; `leaving` for a TTL of 0."""

    mac: str | None = None
    system_name: str | None = None
    description: str | None = None
    addresses: tuple[str, ...] = ()
    manufacturer: str | None = None
    model: str | None = None
    firmware: str | None = None
    software: str | None = None
    serial: str | None = None
    leaving: bool = False


def parse(data: bytes) -> LldpMessage | Malformed:
    """Read one frame: chassis, port and TTL must stand first, as the standard has it."""
    values: dict[int | str, bytes] = {}
    addresses: list[str] = []
    order: list[int] = []
    for kind, value in _tlvs(data):
        order.append(kind)
        if kind == _MANAGEMENT:
            addresses.extend(_management(value))
        elif kind == _ORGANISATION:
            name = _MED_INVENTORY.get(value[3]) if value[:3] == _MED and len(value) > 3 else None
            if name is not None:
                values.setdefault(name, value[4:])
        else:
            values.setdefault(kind, value)
    if order[:3] != [_CHASSIS, _PORT, _TTL]:
        return Malformed("no LLDP frame")
    return LldpMessage(
        mac=_mac(values[_CHASSIS]),
        system_name=_text(values.get(_SYSTEM_NAME)),
        description=_text(values.get(_DESCRIPTION)),
        addresses=tuple(dict.fromkeys(addresses)),
        manufacturer=_text(values.get("manufacturer")),
        model=_text(values.get("model")),
        firmware=_text(values.get("firmware")),
        software=_text(values.get("software")),
        serial=_text(values.get("serial")),
        leaving=not any(values[_TTL]),
    )


def fields(message: LldpMessage) -> tuple[tuple[str, str], ...]:
    """Evidence: lldp.sysdescr, lldp.sysname, the MED inventory; none of one that is leaving."""
    if message.leaving:
        return ()
    return pairs(
        (
            ("lldp.sysdescr", message.description),
            ("lldp.sysname", message.system_name),
            ("lldp.manufacturer", message.manufacturer),
            ("lldp.model", message.model),
            ("lldp.firmware", message.firmware),
            ("lldp.software", message.software),
            ("lldp.serial", message.serial),
        )
    )


def decode(data: bytes) -> Decoded:
    """Evidence of one frame."""
    message = parse(data)
    if isinstance(message, Malformed):
        return malformed()
    return Decoded(status=Status.OK, fields=fields(message))


def _tlvs(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and value of each TLV; one that is longer than the frame ends it."""
    place = 0
    for _ in range(_MOST_TLVS):
        if place + 2 > len(data):
            return
        head = data[place] << 8 | data[place + 1]
        kind, length = head >> 9, head & 0x1FF
        value = data[place + 2 : place + 2 + length]
        if kind == _END or len(value) < length:
            return
        yield kind, value
        place += 2 + length


def _management(value: bytes) -> Iterator[str]:
    """The management address of one TLV, where it is an IP address that somebody can have."""
    if len(value) < 2:
        return
    length = value[0] - 1
    packed = value[2 : 2 + length]
    if length == _FAMILY.get(value[1]) == len(packed):
        address = ipaddress.ip_address(packed)
        if not (address.is_unspecified or address.is_multicast or address.is_loopback):
            yield str(address)


def _mac(chassis: bytes) -> str | None:
    mac = chassis[1:]
    return mac.hex(":") if chassis[:1] == bytes([_CHASSIS_MAC]) and is_device(mac) else None


def _text(value: bytes | None) -> str | None:
    return None if value is None else to_text(value.rstrip(b"\x00")).strip() or None
