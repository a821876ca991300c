"""Ubiquiti's discovery (UDP 10001): cameras, consoles, radios and power strips answer it.

Version, command, length (big-endian, may lie), then type, length, value. Types: nmap
ubiquiti-discovery.nse as facts, uilibs/unifi-discovery. The name of a Wi-Fi network (0x0d) is not
read.
"""

from __future__ import annotations

from collections.abc import Iterator

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.inquiry import MAX_DATAGRAM, ipv4_of, mac_of
from camscan.protocols.text import to_text
from camscan.protocols.tlv import tlvs

PORT = 10001

# A UNVR answers with version 0; v2 answers carry the commands 06, 09 and 0b.
_VERSIONS = (0, 1, 2)
_COMMANDS = (0x00, 0x06, 0x09, 0x0B)
_TEXTS = {
    0x03: "firmware",
    0x0B: "name",
    0x0C: "platform",
    0x14: "model_name",
    0x15: "short_model",
    0x16: "version",
    0x20: "uuid",
}
_MACS = (0x01, 0x05, 0x13)


def decode(data: bytes) -> Decoded:
    """ubnt.* of one answer; MALFORMED for the query of four bytes (also echoed) and for junk.

    `ubnt.mac` is the device's own; those of other interfaces are `ubnt.interface_mac`.
    """
    if len(data) < 5 or data[0] not in _VERSIONS or data[1] not in _COMMANDS:
        return malformed()
    values = list(tlvs(data[4:MAX_DATAGRAM], 1, 2))
    macs = [mac_of(value) for kind in _MACS for found, value in values if found == kind]
    addresses: list[str | None] = []
    for kind, value in values:
        if kind == 0x02 and len(value) == 10:
            macs.append(mac_of(value[:6]))
            addresses.append(ipv4_of(value[6:]))
        elif kind == 0x04 and len(value) == 4:
            addresses.append(ipv4_of(value))
    texts = [(name, _text(value)) for kind, value in values if (name := _TEXTS.get(kind))]
    said = {name: text for name, text in reversed(texts) if text}
    own = next((mac for mac in macs if mac), None)
    found: list[tuple[str, str | None]] = [("ubnt.mac", own)]
    found += [("ubnt.interface_mac", mac) for mac in macs if mac != own]
    found += [("ubnt.ipv4", address) for address in addresses]
    found.append(("ubnt.model", _model(said)))
    found += [(f"ubnt.{name}", text) for name, text in texts]
    found += _numbers(values)
    fields = pairs(found)
    return Decoded(status=Status.OK, fields=fields) if fields else malformed()


def _model(said: dict[str, str]) -> str | None:
    return next(
        (said[key] for key in ("short_model", "platform", "model_name") if key in said), None
    )


def _numbers(values: list[tuple[int, bytes]]) -> Iterator[tuple[str, str | None]]:
    for kind, value in values:
        if kind == 0x0A and len(value) == 4:
            yield "ubnt.uptime", str(int.from_bytes(value, "big"))
        elif kind == 0x17 and value:
            # One byte on some firmware, four on other.
            yield "ubnt.is_default", "true" if any(value) else "false"


def _text(value: bytes) -> str | None:
    return to_text(value[:512].partition(b"\x00")[0]).strip() or None
