"""The packets of an exchange: their times, directions, flags and sizes, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from camscan.lab.day.exchange import Exchange
from camscan.lab.frames import SEGMENT

SYN, ACK, PSH, FIN = 0x02, 0x10, 0x08, 0x01
SYN_OPTIONS = b"\x02\x04\x05\xb4\x01\x01\x04\x02"
_ROUND_TRIP = 0.03
_TRIES = (0.0, 1.0, 3.0)  # RFC 6298: the first wait is a second, then it doubles
_ACK_EVERY = 8  # segments: a receiver that joins them answers each lot


class Packet(NamedTuple):
    """`size` octets of payload, of which `data` are known; the rest is noise."""

    at: float
    outward: bool
    flags: int
    size: int
    data: bytes


class Counts(NamedTuple):
    """Packets and octets of IP in each direction, payload octets, the time of the last packet."""

    packets_out: int
    packets_in: int
    bytes_out: int
    bytes_in: int
    payload_out: int
    payload_in: int
    last: float


def packets(one: Exchange) -> Iterator[Packet]:
    """All packets in order of time."""
    if one.protocol == "udp":
        yield Packet(one.at, True, 0, len(one.ask), one.ask)
        if one.outcome == "answered":
            yield Packet(one.at + 0.02, False, 0, len(one.reply), one.reply)
    elif one.outcome == "answered":
        yield from _connection(one)
    else:
        for wait in _TRIES:
            yield Packet(one.at + wait, True, SYN, 0, b"")


def _connection(one: Exchange) -> Iterator[Packet]:
    at = one.at
    yield Packet(at, True, SYN, 0, b"")
    at += _ROUND_TRIP
    yield Packet(at, False, SYN | ACK, 0, b"")
    at += 0.0005
    yield Packet(at, True, ACK, 0, b"")
    for outward, data in ((True, one.ask), (False, one.reply)):
        for place in range(0, len(data), SEGMENT):
            at += 0.0004
            part = data[place : place + SEGMENT]
            yield Packet(at, outward, ACK | PSH, len(part), part)
        at += _ROUND_TRIP
        yield Packet(at, not outward, ACK, 0, b"")
    segments = max(1, -(-one.sent // SEGMENT) + -(-one.received // SEGMENT))
    step = one.seconds / segments
    for outward, size in ((True, one.sent), (False, one.received)):
        since = 0
        for place in range(0, size, SEGMENT):
            at += step
            yield Packet(at, outward, ACK, min(SEGMENT, size - place), b"")
            since += 1
            if since == _ACK_EVERY:
                since = 0
                yield Packet(at + 0.0001, not outward, ACK, 0, b"")
        if since:
            at += 0.0002
            yield Packet(at, not outward, ACK, 0, b"")
    at += 0.001
    yield Packet(at, True, FIN | ACK, 0, b"")
    yield Packet(at + _ROUND_TRIP, False, FIN | ACK, 0, b"")
    yield Packet(at + _ROUND_TRIP + 0.0005, True, ACK, 0, b"")


def header(protocol: str, flags: int) -> int:
    """Octets of the IP and transport headers."""
    if protocol == "udp":
        return 28
    return 40 + (len(SYN_OPTIONS) if flags & SYN else 0)


def counts(one: Exchange) -> Counts:
    """What a counter beside the wire would say."""
    out, back = [0, 0, 0], [0, 0, 0]
    last = one.at
    for at, outward, flags, size, _data in packets(one):
        way = out if outward else back
        way[0] += 1
        way[1] += size + header(one.protocol, flags)
        way[2] += size
        last = at
    return Counts(out[0], back[0], out[1], back[1], out[2], back[2], last)
