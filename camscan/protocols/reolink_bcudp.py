"""Reolink's P2P frames (UDP 2015): XML XORed with a key that the transaction number turns.

Frame: magic, length, 1, transaction, CRC-32 of the encrypted payload (initial value and final XOR
0), all little-endian; checked on the captures of QuantumEntangledAndy/neolink (crates/core/src/
bcudp). A camera that is asked by `C2D_S` answers with its UID (starkillerOG/reolink_aio), which is
not kept: that it answered is all that is said.
"""

from __future__ import annotations

import re
import struct
import zlib
from itertools import cycle

from msgspec import Struct

from camscan.model.status import Status
from camscan.protocols import reolink
from camscan.protocols.decoded import Decoded, Malformed, malformed, pairs
from camscan.protocols.inquiry import MAX_DATAGRAM

PORT = 2015
MAGIC = bytes.fromhex("3acf872a")

_HEADER = struct.Struct("<4sIIII")
_KEY = (
    0x1F2D3C4B, 0x5A6C7F8D, 0x38172E4B, 0x8271635A, 0x863F1A2B, 0xA5C6F7D8, 0x8371E1B4, 0x17F2D3A5,
)  # fmt: skip
_CHILD = re.compile(r"<P2P>\s{0,16}<([A-Z0-9_]{1,24})>")


class Frame(Struct, frozen=True, kw_only=True):
    """One negotiation frame: its transaction number and its XML."""

    transaction: int
    xml: str


def crypt(payload: bytes, transaction: int) -> bytes:
    """Encrypt or decrypt: eight words of key, the transaction number added to each."""
    key = b"".join(((word + transaction) & 0xFFFFFFFF).to_bytes(4, "little") for word in _KEY)
    return bytes(one ^ other for one, other in zip(payload, cycle(key), strict=False))


def checksum(payload: bytes) -> int:
    """The CRC of an encrypted payload."""
    return zlib.crc32(payload, 0xFFFFFFFF) ^ 0xFFFFFFFF


def build(xml: str, transaction: int) -> bytes:
    """The frame around `xml`."""
    payload = crypt(xml.encode("utf-8"), transaction)
    return _HEADER.pack(MAGIC, len(payload), 1, transaction, checksum(payload)) + payload


def parse(data: bytes) -> Frame | Malformed:
    """One frame; Malformed for another magic, a length past the end or a wrong CRC."""
    if len(data) < _HEADER.size:
        return Malformed("shorter than a header")
    magic, length, _, transaction, crc = _HEADER.unpack_from(data)
    if magic != MAGIC:
        return Malformed("no negotiation frame")
    payload = data[_HEADER.size : _HEADER.size + length]
    if length > MAX_DATAGRAM or len(payload) != length:
        return Malformed("the payload is cut short")
    if checksum(payload) != crc:
        return Malformed("wrong CRC")
    return Frame(
        transaction=transaction, xml=crypt(payload, transaction).decode("utf-8", "replace")
    )


def decode(data: bytes) -> Decoded:
    """reolink.p2p (the answer's element) of an answer to discovery: one that tells a UID.

    The same inquiry is also answered by the 388 bytes of UDP 3000 (neolink dissector/udp.md): then
    reolink.* of those. MALFORMED for queries (`C2…`), other messages of a session, broken frames.
    """
    if data[: len(MAGIC)] != MAGIC:
        return reolink.decode(data)
    frame = parse(data)
    child = None if isinstance(frame, Malformed) else _CHILD.search(frame.xml)
    if isinstance(frame, Malformed) or child is None:
        return malformed()
    if child.group(1).startswith("C2") or "<uid>" not in frame.xml:
        return malformed()
    return Decoded(status=Status.OK, fields=pairs([("reolink.p2p", child.group(1))]))
