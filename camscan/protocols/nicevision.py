"""NICE's search protocol of NiceVision recorders and encoders on UDP 2007.

Layout: julienblitte/UniversalScanner NiceVision.cs; its four version words are left alone, for
no answer of a known firmware shows how they are written.
"""

from __future__ import annotations

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.layout import ipv4_at, mac_at, text_at

MAGIC = b"NICE"
_LENGTH = 0x5A


def decode(data: bytes) -> Decoded:
    """nicevision.mac .name .ipv4 .netmask .gateway; MALFORMED for a question (12 or 14 bytes)."""
    mac = mac_at(data, 10)
    if not data.startswith(MAGIC) or len(data) < _LENGTH or mac is None:
        return malformed()
    return Decoded(
        status=Status.OK,
        fields=pairs(
            (
                ("nicevision.mac", mac),
                ("nicevision.name", text_at(data, 0x4A, 16)),
                ("nicevision.ipv4", ipv4_at(data, 0x10)),
                ("nicevision.netmask", ipv4_at(data, 0x14)),
                ("nicevision.gateway", ipv4_at(data, 0x18)),
            )
        ),
    )
