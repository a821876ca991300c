"""Neighbour discovery frames: the solicited-node group, the checksum, what is believed."""

from __future__ import annotations

import struct
from ipaddress import IPv6Address

from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols.ndp import Advertisement, build_solicitation, parse_advertisement

MAC = bytes.fromhex("020000000001")


def total(data):
    value = sum(struct.unpack(f">{len(data) // 2}H", data))
    while value >> 16:
        value = (value >> 16) + (value & 0xFFFF)
    return value


def advertisement(*, hops=255, option=b"\x02\x01\x02\x12\x13\x14\x15\x16", target="fd00::7"):
    body = struct.pack(">BBHI", 136, 0, 0, 0x60000000) + IPv6Address(target).packed + option
    head = struct.pack(">IHBB", 6 << 28, len(body), 58, hops)
    ends = IPv6Address("fd00::7").packed + IPv6Address("fd00::1").packed
    return MAC + b"\x02\x22\x22\x22\x22\x22" + b"\x86\xdd" + head + ends + body


def test_a_solicitation():
    frame = build_solicitation(MAC, "fe80::1%eth0", "fd00::12:3456")
    assert frame[:6] == bytes.fromhex("3333ff123456")
    assert frame[20:22] == bytes((58, 255))
    assert IPv6Address(frame[38:54]) == IPv6Address("ff02::1:ff12:3456")
    assert frame[54:56] == bytes((135, 0))
    assert IPv6Address(frame[62:78]) == IPv6Address("fd00::12:3456")
    assert frame[78:86] == b"\x01\x01" + MAC
    assert total(frame[22:54] + struct.pack(">II", 32, 58) + frame[54:86]) == 0xFFFF


def test_an_advertisement():
    said = Advertisement("fd00::7", "02:12:13:14:15:16")
    assert parse_advertisement(advertisement()) == said
    assert parse_advertisement(advertisement().ljust(192, b"\0")) == said
    other = b"\x0e\x01" + bytes(6) + b"\x02\x01\x02\x12\x13\x14\x15\x16"
    assert parse_advertisement(advertisement(option=other)) == said


def test_without_the_option_the_frame_says_who():
    said = Advertisement("fd00::7", "02:22:22:22:22:22")
    assert parse_advertisement(advertisement(option=b"").ljust(192, b"\0")) == said
    assert parse_advertisement(advertisement(option=b"\x02" + bytes(7))) == said  # length zero


def test_not_believed():
    assert parse_advertisement(advertisement(hops=254)) is None
    assert parse_advertisement(advertisement(target="ff02::1")) is None
    assert parse_advertisement(build_solicitation(MAC, "fe80::1", "fe80::2")) is None


@given(st.binary(max_size=200))
def test_fuzz_parse_advertisement(frame):
    assert parse_advertisement(frame) is None or len(frame) >= 78


@given(st.binary(max_size=120))
def test_fuzz_options(option):
    found = parse_advertisement(advertisement(option=option))
    assert found is None or found.address == "fd00::7"
