"""The day as a capture of a tap before the site routers: pcap 2.4, written as it goes.

What carries no names is cut behind its headers, as a tap does that slices: payload that nobody
reads does not fill the disk, and the length on the wire stays.
"""

from __future__ import annotations

import heapq
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

from camscan.lab.day.exchange import Exchange
from camscan.lab.day.wire import ACK, FIN, SYN, SYN_OPTIONS, Packet, packets
from camscan.lab.frames import SNAP_LENGTH, End, internet_checksum

_BUFFER = 1 << 20
_PROTOCOLS = {"tcp": 6, "udp": 17}


class _Way:
    """One direction: the parts of its headers that stay the same."""

    def __init__(self, source: End, target: End, ports: tuple[int, int], protocol: int) -> None:
        source_mac, source_ip = source.octets
        target_mac, target_ip = target.octets
        self._ethernet = target_mac + source_mac + b"\x08\x00"
        self._addresses = source_ip + target_ip
        self._ports = ports
        self._protocol = protocol
        words = struct.unpack("!4H", self._addresses)
        self._sum = sum(words) + 0x4500 + 0x4000 + (64 << 8 | protocol)
        self._number = 0
        self.sequence = 0

    def frame(self, packet: Packet, acknowledged: int) -> tuple[bytes, int]:
        """What the tap keeps of a frame, and the frame's length."""
        segment = self._segment(packet, acknowledged)
        length = 20 + len(segment) + packet.size - len(packet.data)
        self._number = self._number + 1 & 0xFFFF
        total = self._sum + length + self._number
        while total >> 16:
            total = (total & 0xFFFF) + (total >> 16)
        head = struct.pack(
            "!BBHHHBBH", 0x45, 0, length, self._number, 0x4000, 64, self._protocol, ~total & 0xFFFF
        )
        kept = self._ethernet + head + self._addresses + segment
        return kept[:SNAP_LENGTH], 14 + length

    def _segment(self, packet: Packet, acknowledged: int) -> bytes:
        if self._protocol == 17:
            head = struct.pack("!HHHH", *self._ports, 8 + packet.size, 0)
            return self._summed(head + packet.data, 6)
        options = SYN_OPTIONS if packet.flags & SYN else b""
        head = struct.pack(
            "!HHIIBBHHH", *self._ports, self.sequence, acknowledged,
            (5 + len(options) // 4) << 4, packet.flags, 64_240, 0, 0,
        )  # fmt: skip
        grown = packet.size + (1 if packet.flags & (SYN | FIN) else 0)
        self.sequence = self.sequence + grown & 0xFFFFFFFF
        if packet.size > len(packet.data):
            return head  # cut: nobody can check the sum over noise
        return self._summed(head + options + packet.data, 16)

    def _summed(self, segment: bytes, at: int) -> bytes:
        pseudo = self._addresses + struct.pack("!BBH", 0, self._protocol, len(segment))
        value = internet_checksum(pseudo + segment) or 0xFFFF
        return segment[:at] + struct.pack("!H", value) + segment[at + 2 :]


def _frames(one: Exchange, number: int) -> Iterator[tuple[float, int, bytes, int]]:
    """(time, number of the exchange, kept octets, length) of every packet."""
    protocol = _PROTOCOLS[one.protocol]
    out = _Way(one.client, one.server, one.ends, protocol)
    back = _Way(one.server, one.client, one.ends[::-1], protocol)
    out.sequence = number * 2_654_435_761 & 0xFFFFFFFF
    back.sequence = number * 2_246_822_519 + 7 & 0xFFFFFFFF
    for packet in packets(one):
        way, other = (out, back) if packet.outward else (back, out)
        acknowledged = other.sequence if packet.flags & ACK else 0
        kept, length = way.frame(packet, acknowledged)
        yield packet.at, number, kept, length


def write_pcap(path: Path, exchanges: Iterable[Exchange]) -> int:
    """Write all frames in order of time; `exchanges` are in order of their begin. Returns how
    many frames there are; memory holds only the exchanges that go on."""
    going: list[tuple[tuple[float, int, bytes, int], Iterator[tuple[float, int, bytes, int]]]] = []
    count = 0
    with path.open("wb", buffering=_BUFFER) as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, SNAP_LENGTH, 1))

        def put_until(limit: float) -> int:
            written = 0
            while going and going[0][0][0] <= limit:
                (at, _number, kept, length), rest = going[0]
                micro = int(at * 1_000_000)
                seconds, micro = divmod(micro, 1_000_000)
                file.write(struct.pack("<IIII", seconds, micro, len(kept), length) + kept)
                written += 1
                following = next(rest, None)
                if following is None:
                    heapq.heappop(going)
                else:
                    heapq.heapreplace(going, (following, rest))
            return written

        for number, one in enumerate(exchanges):
            count += put_until(one.at)
            rest = _frames(one, number)
            heapq.heappush(going, (next(rest), rest))
        count += put_until(float("inf"))
    return count
