"""A capture of any size: cameras that stream inside, ask for the time, and call home."""

from __future__ import annotations

import struct
from pathlib import Path

_HEAD = struct.Struct("<IIII")
_IP = struct.Struct(">BBHHHBBH4s4s")
_TCP = struct.Struct(">HHIIBBHHH")
_UDP = struct.Struct(">HHHH")
_ETHERNET = b"\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\x08\x00"
_RECORDER = bytes((10, 66, 0, 2))
_CLOCK = bytes((10, 66, 0, 1))
CAMERAS = 200


def write_capture(path: Path, packets: int) -> None:
    """`packets` frames of 74 to 1,514 bytes cut at 96, nine of ten of them video inside."""
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 96, 1))
        for start in range(0, packets, 10_000):
            numbers = range(start, min(start + 10_000, packets))
            file.write(b"".join(_record(number) for number in numbers))


def _record(number: int) -> bytes:
    camera = bytes((10, 66, 1 + number % CAMERAS // 100, 10 + number % 100))
    kind = number % 10
    if kind == 0:
        size, peer, protocol = 76, _CLOCK, 17
        layer = _UDP.pack(40_000, 123, 56, 0) + bytes(48)
    elif kind == 1:
        size, peer, protocol = 400, bytes((203, 0, 113, number // 10 % 250)), 6
        layer = _TCP.pack(50_000, 443, number, 1, 0x50, 0x18, 8192, 0, 0)
    else:
        size, peer, protocol = 1_500, _RECORDER, 6
        layer = _TCP.pack(554, 41_000, number, 1, 0x50, 0x18, 8192, 0, 0)
    packet = _IP.pack(0x45, 0, size, 0, 0, 64, protocol, 0, camera, peer) + layer
    frame = (_ETHERNET + packet).ljust(96, b"\0")[:96]
    return (
        _HEAD.pack(1_790_000_000 + number // 1_000, number % 1_000 * 1_000, 96, size + 14) + frame
    )
