"""Ethernet frames and a classic pcap file, built with struct; conversations with both directions.

Formats: pcap 2.4 (microseconds, little endian, link type 1), Ethernet II, IPv4 (RFC 791),
TCP (RFC 9293), UDP (RFC 768). Frames longer than the snap length are cut, their length is kept.
"""

from __future__ import annotations

import heapq
import ipaddress
import random
import struct
from collections.abc import Iterable
from typing import BinaryIO

import msgspec

SNAP_LENGTH = 512
SEGMENT = 1448
_SYN, _ACK, _PSH, _FIN = 0x02, 0x10, 0x08, 0x01

Frame = tuple[float, bytes]
"""Time (seconds since the epoch) and the whole Ethernet frame."""


class End(msgspec.Struct, frozen=True):
    """One end of a conversation as the tap sees it: MAC address on this segment, IPv4 address."""

    mac: str
    address: str

    @property
    def octets(self) -> tuple[bytes, bytes]:
        """MAC and IPv4 address as octets."""
        return bytes.fromhex(self.mac.replace(":", "")), ipaddress.IPv4Address(self.address).packed


def internet_checksum(data: bytes) -> int:
    """The checksum of RFC 1071 over `data`."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _frame(source: End, target: End, protocol: int, segment: bytes, number: int) -> bytes:
    source_mac, source_ip = source.octets
    target_mac, target_ip = target.octets
    head = struct.pack(
        "!BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), number, 0x4000, 64, protocol, 0,
        source_ip, target_ip,
    )  # fmt: skip
    head = head[:10] + struct.pack("!H", internet_checksum(head)) + head[12:]
    return target_mac + source_mac + b"\x08\x00" + head + segment


def _transport(source: End, target: End, protocol: int, segment: bytes, at: int) -> bytes:
    """The segment with its checksum at offset `at`, over the pseudo header."""
    pseudo = source.octets[1] + target.octets[1] + struct.pack("!BBH", 0, protocol, len(segment))
    value = internet_checksum(pseudo + segment) or 0xFFFF
    return segment[:at] + struct.pack("!H", value) + segment[at + 2 :]


class Writer:
    """Makes frames; identification numbers and sequence numbers come from the seeded generator."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def udp(
        self, at: float, source: End, target: End, ports: tuple[int, int], data: bytes
    ) -> Frame:
        """One datagram."""
        segment = struct.pack("!HHHH", *ports, 8 + len(data), 0) + data
        segment = _transport(source, target, 17, segment, 6)
        return at, _frame(source, target, 17, segment, self.rng.randrange(65_536))

    def tcp(
        self,
        at: float,
        client: End,
        server: End,
        port: int,
        talk: Iterable[tuple[bool, bytes]],
        *,
        delay: float = 0.03,
    ) -> list[Frame]:
        """A whole conversation: handshake, `talk` (from client?, data) in order, both FINs."""
        ports = (self.rng.randrange(32_768, 60_999), port)
        state = {True: self.rng.getrandbits(32), False: self.rng.getrandbits(32)}
        frames: list[Frame] = []
        clock = at

        def put(from_client: bool, flags: int, data: bytes = b"") -> None:
            source, target = (client, server) if from_client else (server, client)
            order = ports if from_client else ports[::-1]
            acknowledged = state[not from_client] if flags & _ACK else 0
            options = b"\x02\x04\x05\xb4\x01\x01\x04\x02" if flags & _SYN else b""
            head = struct.pack(
                "!HHIIBBHHH", *order, state[from_client], acknowledged,
                (5 + len(options) // 4) << 4, flags, 64_240, 0, 0,
            )  # fmt: skip
            segment = _transport(source, target, 6, head + options + data, 16)
            number = self.rng.randrange(65_536)
            frames.append((clock, _frame(source, target, 6, segment, number)))
            grown = len(data) + (1 if flags & (_SYN | _FIN) else 0)
            state[from_client] = (state[from_client] + grown) & 0xFFFFFFFF

        put(True, _SYN)
        clock += delay
        put(False, _SYN | _ACK)
        clock += 0.0005
        put(True, _ACK)
        for from_client, data in talk:
            clock += delay / 2
            for index in range(0, len(data), SEGMENT):
                clock += 0.0004
                put(from_client, _ACK | _PSH, data[index : index + SEGMENT])
                if index // SEGMENT % 2:
                    clock += 0.0002
                    put(not from_client, _ACK)
            clock += delay / 2
            put(not from_client, _ACK)
        put(True, _FIN | _ACK)
        clock += delay
        put(False, _FIN | _ACK)
        clock += 0.0005
        put(True, _ACK)
        return frames


def write_pcap(file: BinaryIO, conversations: Iterable[list[Frame]]) -> int:
    """Write all frames in time order; returns how many."""
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, SNAP_LENGTH, 1))
    count = 0
    for at, frame in heapq.merge(*conversations, key=lambda item: item[0]):
        seconds = int(at)
        micro = int((at - seconds) * 1_000_000)
        kept = frame[:SNAP_LENGTH]
        file.write(struct.pack("<IIII", seconds, micro, len(kept), len(frame)) + kept)
        count += 1
    return count
