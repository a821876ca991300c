"""Answers are believed by their cookie alone; whatever else arrives is dropped without harm."""

from __future__ import annotations

import struct
from ipaddress import ip_address

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.net.syn_answer import IPV4, IPV6, parse_answers
from camscan.net.syn_cookie import Cookies

PORTS = range(40000, 40008)
COOKIES = Cookies(bytes(16))
SYN_ACK, RST_ACK, RST = 0x12, 0x14, 0x04


def cookie(target, port, attempt=0):
    octets = np.frombuffer(ip_address(target).packed, dtype=np.uint8).reshape(1, -1)
    return int(COOKIES.of(octets, port, PORTS.start + attempt)[0])


def tcp(target, port, flags, *, attempt=0, off=0, options=0):
    ack = (cookie(target, port, attempt) + 1 + off) & 0xFFFFFFFF
    head = struct.pack(">HHIIBBHHH", port, PORTS.start + attempt, 7, ack, 0x50, flags, 0, 0, 0)
    return bytes(12) + ip(target, 6, head, options=options)


def ip(target, protocol, body, *, options=0):
    packed = ip_address(target).packed
    if len(packed) == 4:
        head = bytes((0x45 + options, 0)) + bytes(6) + bytes((64, protocol)) + bytes(2)
        return b"\x08\x00" + head + packed + bytes((10, 0, 0, 9)) + bytes(4 * options) + body
    head = struct.pack(">IHBB", 6 << 28, len(body), protocol, 64)
    return b"\x86\xdd" + head + packed + bytes(16) + body


def icmp(router, target, port, kind, code, *, off=0):
    quoted = struct.pack(">HHI", PORTS.start, port, (cookie(target, port) + off) & 0xFFFFFFFF)
    packed = ip_address(target).packed
    if len(packed) == 4:
        head = bytes((0x45, 0)) + bytes(6) + bytes((64, 6)) + bytes(2) + bytes(4) + packed
        return bytes(12) + ip(router, 1, bytes((kind, code)) + bytes(6) + head + quoted)
    head = struct.pack(">IHBB", 6 << 28, 24, 6, 64) + bytes(16) + packed
    return bytes(12) + ip(router, 58, bytes((kind, code)) + bytes(6) + head + quoted)


def read(*frames):
    rows = np.zeros((len(frames), 192), dtype=np.uint8)
    for row, frame in zip(rows, frames, strict=True):
        row[: min(len(frame), 192)] = np.frombuffer(frame[:192], dtype=np.uint8)
    kind = IPV6 if frames and frames[0][12:14] == b"\x86\xdd" else IPV4
    found = parse_answers(rows, kind, COOKIES, PORTS, index=3, at=1.0)
    return [(str(ip_address(a.address)), a.port, a.status, a.attempt) for a in found]


def test_open_closed_and_the_attempt():
    assert read(
        tcp("10.0.0.1", 80, SYN_ACK),
        tcp("10.0.0.2", 81, RST_ACK, attempt=3),
        tcp("10.0.0.3", 82, SYN_ACK, options=2),
    ) == [
        ("10.0.0.1", 80, Status.OK, 0),
        ("10.0.0.3", 82, Status.OK, 0),
        ("10.0.0.2", 81, Status.REFUSED, 3),
    ]
    assert read(tcp("fd00::1", 80, SYN_ACK)) == [("fd00::1", 80, Status.OK, 0)]


def test_forged_answers_are_dropped():
    assert read(tcp("10.0.0.1", 80, SYN_ACK, off=1), tcp("10.0.0.1", 80, RST_ACK, off=-1)) == []
    assert read(tcp("10.0.0.1", 80, RST)) == []  # acknowledges nothing
    assert read(tcp("10.0.0.1", 80, 0x10)) == []  # of somebody's connection
    borrowed = bytearray(tcp("10.0.0.1", 80, SYN_ACK))
    borrowed[26:30] = bytes((10, 0, 0, 2))  # another sender with a good cookie
    assert read(bytes(borrowed)) == []


def test_icmp_quotes():
    lost, shut = Status.UNREACHABLE, Status.REFUSED
    assert read(icmp("10.9.9.9", "10.0.0.1", 80, 3, 1)) == [("10.0.0.1", 80, lost, 0)]
    assert read(icmp("10.0.0.1", "10.0.0.1", 80, 3, 3)) == [("10.0.0.1", 80, shut, 0)]
    assert read(icmp("fd00::9", "fd00::1", 80, 1, 0)) == [("fd00::1", 80, lost, 0)]
    assert read(icmp("10.9.9.9", "10.0.0.1", 80, 3, 1, off=1)) == []
    assert read(icmp("10.9.9.9", "10.0.0.1", 80, 11, 0))[0][2] is lost
    assert read() == []


@given(st.lists(st.binary(max_size=200), max_size=8), st.sampled_from([IPV4, IPV6]))
def test_fuzz_parse_answers(frames, kind):
    rows = np.zeros((len(frames), 192), dtype=np.uint8)
    for row, frame in zip(rows, frames, strict=True):
        row[: min(len(frame), 192)] = np.frombuffer(frame[:192], dtype=np.uint8)
    # 32 bits of a secret function: nothing random is an answer.
    assert list(parse_answers(rows, kind, COOKIES, PORTS, index=1, at=0.0)) == []


@given(st.integers(0, 8 * 62 - 1))
def test_fuzz_a_flipped_bit_never_raises(bit):
    frame = bytearray(tcp("10.0.0.1", 80, SYN_ACK).ljust(62, b"\0"))
    frame[bit >> 3] ^= 1 << (bit & 7)
    assert len(read(bytes(frame))) <= 1
