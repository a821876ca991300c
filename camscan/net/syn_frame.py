"""Ethernet frames of TCP SYNs, thousands at a time from one template (RFC 791, 8200, 9293).

The only varying bytes are destination MAC and address, destination port, sequence number, IP
identification and checksums; the checksums are sums over the template plus what varies.
"""

from __future__ import annotations

import struct
from ipaddress import ip_address

import numpy as np
import numpy.typing as npt

Octets = npt.NDArray[np.uint8]

_MSS = struct.pack(">BBH", 2, 4, 1460)
_WINDOW = 1024
_TTL = 64
_LEAST = 60  # Ethernet's shortest frame without its check sequence


class SynTemplate:
    """The frames of one source: `mac` 6 bytes, `source` its address; `slots` frames at most."""

    def __init__(self, mac: bytes, source: str, *, slots: int) -> None:
        own = ip_address(source)
        self.width = 4 if own.version == 4 else 16
        tcp = struct.pack(">HHIIBBHHH", 0, 0, 0, 0, 6 << 4, 2, _WINDOW, 0, 0) + _MSS
        if own.version == 4:
            size = 20 + len(tcp)
            ip = struct.pack(">BBHHHBBH", 0x45, 0, size, 0, 0, _TTL, 6, 0) + own.packed + bytes(4)
            kind = 0x0800
        else:
            head = struct.pack(">IHBB", 6 << 28, len(tcp), 6, _TTL)
            ip = head + own.packed + bytes(16)
            kind = 0x86DD
        frame = bytes(6) + mac + kind.to_bytes(2, "big") + ip + tcp
        self._tcp = 14 + len(ip)
        self._target = self._tcp - self.width
        self._ip_sum = _sum(ip)
        self._tcp_sum = _sum(own.packed) + 6 + len(tcp) + _sum(tcp)
        self.length = max(len(frame), _LEAST)
        row = np.frombuffer(frame.ljust(self.length, b"\0"), dtype=np.uint8)
        self.frames: Octets = np.tile(row, (slots, 1))

    def fill(
        self,
        macs: Octets,
        octets: Octets,
        port: int,
        source_port: int,
        sequence: npt.NDArray[np.uint32],
    ) -> Octets:
        """The frames for rows of MACs (6) and addresses; a view that the next call overwrites."""
        count = len(octets)
        frames = self.frames[:count]
        frames[:, 0:6] = macs
        frames[:, self._target : self._tcp] = octets
        tcp = self._tcp
        frames[:, tcp : tcp + 4] = np.frombuffer(
            struct.pack(">HH", source_port, port), dtype=np.uint8
        )
        numbers = sequence.astype(">u4").view(np.uint8).reshape(count, 4)
        frames[:, tcp + 4 : tcp + 8] = numbers
        halves = _halves(octets)
        words = (sequence >> np.uint32(16)) + (sequence & np.uint32(0xFFFF))
        total = halves + words + np.uint32(self._tcp_sum + source_port + port)
        frames[:, tcp + 16 : tcp + 18] = _checksum(total)
        if self.width == 4:
            identity = sequence & np.uint32(0xFFFF)
            frames[:, 18:20] = numbers[:, 2:4]
            frames[:, 24:26] = _checksum(halves + identity + np.uint32(self._ip_sum))
        return frames

    def targets(self, frames: Octets) -> Octets:
        """The destination addresses as they stand in the frames."""
        return frames[:, self._target : self._tcp]


def _sum(data: bytes) -> int:
    return sum(struct.unpack(f">{len(data) // 2}H", data))


def _halves(octets: Octets) -> npt.NDArray[np.uint32]:
    """The sum of each row's 16-bit words."""
    found: npt.NDArray[np.uint32] = (
        np.ascontiguousarray(octets).view(">u2").sum(axis=1, dtype=np.uint32)
    )
    return found


def _checksum(total: npt.NDArray[np.uint32]) -> Octets:
    """RFC 1071: fold the carries, invert; rows of two bytes."""
    low = np.uint32(0xFFFF)
    folded = (total >> np.uint32(16)) + (total & low)
    folded = (folded >> np.uint32(16)) + (folded & low)
    inverted = (~folded & low).astype(">u2")
    return inverted.view(np.uint8).reshape(len(total), 2)
