"""Hanwha's (Samsung Techwin's) search protocol: asked on UDP 7701, answered to 7711.

Layout: julienblitte/UniversalScanner Hanwha.cs, with one real answer in its comments. A device
answers in the buffer of the question: what follows a NUL is the asker's own memory.
"""

from __future__ import annotations

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.inquiry import ipv4_of, mac_of
from camscan.protocols.layout import text_at
from camscan.protocols.text import redact

_ANSWER = 0x0B
_LENGTH = 172


def decode(data: bytes) -> Decoded:
    """hanwha.mac .model (at most ten letters) .ipv4 .netmask .gateway .url; MALFORMED otherwise."""
    if len(data) < _LENGTH or data[0] != _ANSWER:
        return malformed()
    mac = mac_of(text_at(data, 0x13, 18))
    if mac is None:
        return malformed()
    return Decoded(
        status=Status.OK,
        fields=pairs(
            (
                ("hanwha.mac", mac),
                ("hanwha.model", text_at(data, 0x6D, 10)),
                ("hanwha.ipv4", ipv4_of(text_at(data, 0x25, 16))),
                ("hanwha.netmask", ipv4_of(text_at(data, 0x35, 16))),
                ("hanwha.gateway", ipv4_of(text_at(data, 0x45, 16))),
                ("hanwha.url", redact(text_at(data, 0x85, 39) or "")),
            )
        ),
    )
