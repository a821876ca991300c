"""GigE Vision discovery of industrial cameras: DISCOVERY_ACK of GVCP, UDP 3956.

Layout: the GigE Vision standard's bootstrap registers, as julienblitte/UniversalScanner
GigEVision.cs and Wireshark's packet-gvcp.c read them; recorded in AravisProject/aravis#399, #385.
"""

from __future__ import annotations

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.layout import ipv4_at, mac_at, text_at

_DISCOVERY_ACK = b"\x00\x03"
_LENGTH = 256
_DEVICE_CLASSES = ("transmitter", "receiver", "transceiver", "peripheral")


def decode(data: bytes) -> Decoded:
    """gige.mac .vendor .model .firmware .serial .name .ipv4 …; MALFORMED for any other message."""
    if len(data) < _LENGTH or data[:2] != b"\0\0" or data[2:4] != _DISCOVERY_ACK:
        return malformed()
    mac = mac_at(data, 0x12)
    if mac is None:
        return malformed()
    device_class = (data[0x0C] >> 4) & 7
    fields = pairs(
        (
            ("gige.mac", mac),
            ("gige.device_class", "".join(_DEVICE_CLASSES[device_class : device_class + 1])),
            ("gige.vendor", text_at(data, 0x50, 32)),
            ("gige.model", text_at(data, 0x70, 32)),
            ("gige.firmware", text_at(data, 0x90, 32)),
            ("gige.manufacturer_info", text_at(data, 0xB0, 48)),
            ("gige.serial", text_at(data, 0xE0, 16)),
            ("gige.name", text_at(data, 0xF0, 16)),
            ("gige.ipv4", ipv4_at(data, 0x2C)),
            ("gige.netmask", ipv4_at(data, 0x3C)),
            ("gige.gateway", ipv4_at(data, 0x4C)),
        )
    )
    return Decoded(status=Status.OK, fields=fields)
