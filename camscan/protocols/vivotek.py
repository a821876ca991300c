"""Vivotek's search protocol on UDP 10000 (a port that old Foscam cameras use too).

Layout: julienblitte/UniversalScanner Vivotek.cs: a byte that the asker chose, a magic, then type
and length of one byte each; type 4 has one byte of value and no length.
"""

from __future__ import annotations

from collections.abc import Iterator

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.layout import ipv4_at, mac_at, port_at, text_at

MAGIC = b"\x4a\x5d\x8f\x1c"
_WITHOUT_LENGTH = 4
_MOST = 128


def decode(data: bytes) -> Decoded:
    """vivotek.mac .model .name .ipv4 .http_port .lang; MALFORMED for a question (5 bytes)."""
    if data[1:5] != MAGIC:
        return malformed()
    found = pairs(_field(kind, value) for kind, value in _values(data))
    return Decoded(status=Status.OK, fields=found) if found else malformed()


def _values(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, value) while a whole value is there; at most 128 of them."""
    at = 5
    for _ in range(_MOST):
        if at + 2 > len(data):
            return
        kind, size = data[at], data[at + 1]
        if kind == _WITHOUT_LENGTH:
            at += 2
            continue
        value = data[at + 2 : at + 2 + size]
        if len(value) < size or kind == 0:
            return
        yield kind, value
        at += 2 + size


def _field(kind: int, value: bytes) -> tuple[str, str | None]:
    match kind:
        case 1:
            return "vivotek.name", text_at(value, 0, 255)
        case 2:
            return "vivotek.mac", mac_at(value, 0)
        case 3:
            return "vivotek.ipv4", ipv4_at(value, 0)
        case 6:
            return "vivotek.http_port", port_at(value, 0, little=True)
        case 8:
            return "vivotek.lang", text_at(value, 0, 255)
        case 9:
            return "vivotek.model", text_at(value, 0, 255)
        case _:
            return "vivotek.other", None
