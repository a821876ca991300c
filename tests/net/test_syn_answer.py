"""Answers are believed by their cookie alone; whatever else arrives is dropped without harm."""

from __future__ import annotations

import struct
from ipaddress import ip_address

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.net.bpf import EXTENSION_HEADERS, EXTENSION_OCTETS
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


def behind(frame, *headers):
    """The IPv6 frame with extension headers of (kind, octets) put in."""
    chain, following = b"", frame[20]
    for kind, octets in reversed(headers):
        length = 0 if kind == 44 else octets // 8 - 1
        chain = bytes((following, length)) + bytes(octets - 2) + chain
        following = kind
    return frame[:20] + bytes((following,)) + frame[21:54] + chain + frame[54:]


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


def test_ipv6_answers_behind_extension_headers():
    said = tcp("fd00::1", 80, SYN_ACK)
    lost = icmp("fd00::9", "fd00::2", 81, 1, 1)
    assert read(
        behind(said, (0, 8)),
        behind(said, (60, 16)),
        behind(said, (0, 8), (43, 24), (60, 8), (44, 8)),
        said,
        behind(lost, (0, 80)),
    ) == [("fd00::1", 80, Status.OK, 0)] * 4 + [("fd00::2", 81, Status.UNREACHABLE, 0)]
    assert read(behind(said, *[(60, 8)] * 5)) == []
    assert read(behind(said, (0, 88))) == []
    assert read(behind(said, (51, 16))) == []
    later = bytearray(behind(said, (44, 8)))
    later[57] = 8
    assert read(bytes(later)) == []
    forged = tcp("fd00::1", 80, SYN_ACK, off=1)
    assert read(behind(forged, (0, 8))) == []


CHAINS = st.lists(st.tuples(st.sampled_from((0, 43, 44, 51, 60)), st.integers(1, 12)), max_size=6)


@given(CHAINS, st.binary(max_size=40), st.booleans())
def test_fuzz_extension_headers(chain, noise, tear):
    headers = [(kind, 8 if kind == 44 else 8 * units) for kind, units in chain]
    frame = behind(tcp("fd00::1", 80, SYN_ACK), *headers)
    if tear:
        read(frame[:54] + noise + frame[54 + len(noise) :])  # never raises
        return
    allowed = (
        len(headers) <= EXTENSION_HEADERS
        and sum(octets for _, octets in headers) <= EXTENSION_OCTETS
        and all(kind != 51 for kind, _ in headers)
    )
    assert read(frame) == ([("fd00::1", 80, Status.OK, 0)] if allowed else [])


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
