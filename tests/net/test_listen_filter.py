"""The filter, run by an interpreter of the instructions that it uses."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.net.bpf_assembler import Program
from camscan.net.listen_filter import listen_filter
from camscan.protocols.announcement import ANNOUNCEMENTS

PORTS = (67, 68, 1900, 3702, 5353, 23456)


def passes(program: Program, frame: bytes) -> bool:
    """As the kernel does it; a load beyond the frame drops it."""
    a = x = 0
    at = 0
    while True:
        code, true, false, k = program[at]
        at += 1
        if code == 0x06:
            return k > 0
        if code in (0x20, 0x28, 0x30, 0x48, 0xB1):
            size = {0x20: 4, 0x28: 2, 0x48: 2}.get(code, 1)
            place = k + (x if code == 0x48 else 0)
            if place + size > len(frame):
                return False
            value = int.from_bytes(frame[place : place + size], "big")
            if code == 0xB1:
                x = 4 * (value & 15)
            else:
                a = value
        else:
            hit = {0x15: a == k, 0x25: a > k, 0x45: bool(a & k)}[code]
            at += true if hit else false


def ether(kind: int, body: bytes, to: bytes = b"\xff" * 6) -> bytes:
    return to + bytes.fromhex("020000000001") + struct.pack(">H", kind) + body


def ip4(protocol: int, body: bytes, *, fragment: int = 0, options: bytes = b"") -> bytes:
    words = 5 + len(options) // 4
    head = struct.pack(
        ">BBHHHBBH", 0x40 | words, 0, 4 * words + len(body), 1, fragment, 64, protocol, 0
    )
    return ether(0x0800, head + bytes(8) + options + body)


def ip6(protocol: int, body: bytes, to: bytes = b"\xff\x02" + bytes(14)) -> bytes:
    head = struct.pack(">IHBB", 6 << 28, len(body), protocol, 64) + bytes(16)
    return ether(0x86DD, head + to + body)


def udp(source: int, port: int) -> bytes:
    return struct.pack(">HHHH", source, port, 8, 0)


@pytest.fixture(scope="module")
def program() -> Program:
    return listen_filter(PORTS)


@pytest.mark.parametrize(
    "frame",
    [
        ether(0x0806, bytes(46)),
        ether(0x88CC, bytes(46)),
        ether(100, bytes(100), to=bytes.fromhex("01000ccccccc")),
        ip4(2, bytes(8)),
        ip4(17, udp(1900, 50000)),
        ip4(17, udp(50000, 23456)),
        ip4(17, udp(68, 67), options=bytes(8)),
        ip4(17, bytes(1400), fragment=0x2000),
        ip4(17, bytes(1400), fragment=185),
        ip6(17, udp(5353, 5353)),
        ip6(17, udp(50000, 3702)),
        ip6(58, bytes(24)),
        ip6(0, bytes(24)),
        ip6(44, bytes([17]) + bytes(15), to=bytes(16)),
    ],
)
def test_what_passes(program: Program, frame: bytes) -> None:
    assert passes(program, frame)


@pytest.mark.parametrize(
    "frame",
    [
        ip4(6, bytes(1400)),
        ip4(6, bytes(1400), fragment=0x2000),
        ip4(17, udp(50000, 50001)),
        ip4(17, udp(50000, 50001), options=bytes(40)),
        ip4(1, bytes(64)),
        ip6(6, bytes(1400)),
        ip6(17, udp(50000, 50001)),
        ip6(58, bytes(24), to=bytes.fromhex("fe80") + bytes(14)),
        ip6(44, bytes([6]) + bytes(15)),
        ether(0x8847, bytes(60)),
        ether(100, bytes(100), to=bytes.fromhex("0180c2000000")),  # spanning tree
        ether(0x0800, b""),
        b"",
    ],
)
def test_what_does_not(program: Program, frame: bytes) -> None:
    assert not passes(program, frame)


def test_jumps_stay_inside_the_program() -> None:
    program = listen_filter({each.port for each in ANNOUNCEMENTS} | {67, 68})
    for at, (code, true, false, _) in enumerate(program):
        if code in (0x15, 0x25, 0x45):
            assert at + 1 + max(true, false) < len(program)
            assert max(true, false) < 256
    for each in ANNOUNCEMENTS:
        assert passes(program, ip4(17, udp(50000, each.port)))
        assert passes(program, ip6(17, udp(each.port, 50000)))


def test_more_ports_than_jumps_reach() -> None:
    with pytest.raises(ValueError, match="reaches 255"):
        listen_filter(range(100))


@given(st.binary(max_size=120))
def test_fuzz_every_frame_comes_to_an_end(frame: bytes) -> None:
    assert passes(listen_filter(PORTS), frame) in (True, False)
