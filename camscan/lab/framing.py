"""What stands around the text of an inquiry and of its answer: headers, checksums, ciphers.

Layouts: the codecs of camscan.protocols, where their sources stand.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

from camscan.protocols import reolink_bcudp, tplink_xor
from camscan.protocols.decoded import Malformed

Opened = tuple[bytes, dict[str, str]]
"""The inside of a query, and what of its frame the answer repeats."""

_DHIP = struct.Struct("<I4s8xI4xI4x")
_XM = struct.Struct("<BBHIIHHI")
_TDP = struct.Struct(">BBHHBBII")
_TDP_SEED = 0x5A6B7C8D


class Frame(NamedTuple):
    """How a query is opened (None: not of this frame) and an answer closed."""

    open: Callable[[bytes], Opened | None]
    close: Callable[[bytes, Mapping[str, str]], bytes]


def _plain(data: bytes) -> Opened:
    return data, {}


def _dhip_open(data: bytes) -> Opened | None:
    return (data[32:], {}) if data[4:8] == b"DHIP" else None


def _dhip_close(body: bytes, _asked: Mapping[str, str]) -> bytes:
    return _DHIP.pack(32, b"DHIP", len(body), len(body)) + body


def _dhip_close_without_length(body: bytes, _asked: Mapping[str, str]) -> bytes:
    return _DHIP.pack(32, b"DHIP", 0, 0) + body


def _xm_close(body: bytes, _asked: Mapping[str, str]) -> bytes:
    return _XM.pack(0xFF, 1, 0, 0, 0, 0, 1531, len(body)) + body


def _tdp_close(body: bytes, _asked: Mapping[str, str]) -> bytes:
    def packet(crc: int) -> bytes:
        return _TDP.pack(2, 0, 1, len(body), 0x11, 0, 0x01020304, crc) + body

    return packet(zlib.crc32(packet(_TDP_SEED)))


def _ubnt_open(data: bytes) -> Opened | None:
    return (data, {"version": str(data[0])}) if len(data) == 4 and data[2:] == b"\0\0" else None


def _ubnt_close(body: bytes, asked: Mapping[str, str]) -> bytes:
    second = asked.get("version") == "2"
    return struct.pack(">BBH", 2 if second else 1, 6 if second else 0, len(body)) + body


def _bcudp_open(data: bytes) -> Opened | None:
    frame = reolink_bcudp.parse(data)
    if isinstance(frame, Malformed):
        return None
    return frame.xml.encode(), {"transaction": str(frame.transaction)}


def _bcudp_close(body: bytes, asked: Mapping[str, str]) -> bytes:
    return reolink_bcudp.build(body.decode(), int(asked.get("transaction", "0")))


FRAMES: Mapping[str, Frame] = {
    "": Frame(_plain, lambda body, _asked: body),
    "dhip": Frame(_dhip_open, _dhip_close),
    "dhip-zero": Frame(_dhip_open, _dhip_close_without_length),
    "xm": Frame(_plain, _xm_close),
    "kasa": Frame(
        lambda data: (tplink_xor.decrypt(data), {}), lambda body, _asked: tplink_xor.encrypt(body)
    ),
    "tdp": Frame(_plain, _tdp_close),
    "ubnt": Frame(_ubnt_open, _ubnt_close),
    "bcudp": Frame(_bcudp_open, _bcudp_close),
}
"""By the word that a persona's `frame` has."""
