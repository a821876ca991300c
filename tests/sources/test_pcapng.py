import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camscan.sources import pcapng
from camscan.sources.stream import ByteStream


def read(data):
    problems = []
    stream = ByteStream(io.BytesIO(data), "x")
    found = [
        (at, linktype, buffer[start:end], size)
        for at, linktype, buffer, start, end, size in pcapng.packets(
            stream.chunk(), stream, problems.append
        )
    ]
    return found, problems


@pytest.mark.parametrize("order", ["<", ">"])
def test_enhanced_packets_of_two_interfaces(wire, order):
    nano = struct.pack(order + "HH", 9, 1) + b"\x09\0\0\0" + b"\0\0\0\0"
    data = (
        wire.section(order)
        + wire.interface(order=order)
        + wire.interface(101, order=order, options=nano)
        + wire.enhanced(1.5, b"a" * 21, order=order, wire=800)
        + wire.block(4, b"names", order)
        + wire.enhanced(2.25, b"b" * 20, number=1, order=order, ticks=1_000_000_000)
    )
    found, problems = read(data)
    assert found == [(1.5, 1, b"a" * 21, 800), (2.25, 101, b"b" * 20, 20)]
    assert problems == []


def test_binary_resolution_and_time_offset(wire):
    options = struct.pack("<HH", 9, 1) + b"\x8a\0\0\0"
    options += struct.pack("<HHq", 14, 8, 1000) + b"\0\0\0\0"
    data = wire.section() + wire.interface(options=options)
    data += wire.enhanced(2.0, b"a", ticks=1024)
    assert read(data)[0] == [(1002.0, 1, b"a", 1)]


def test_simple_packets_take_the_time_before_them(wire):
    data = wire.section() + wire.interface(snap=10)
    data += wire.enhanced(5.0, b"a" * 5) + wire.simple(b"b" * 12)
    assert read(data)[0] == [(5.0, 1, b"a" * 5, 5), (5.0, 1, b"b" * 10, 12)]


def test_obsolete_packet_block(wire):
    body = struct.pack("<HHIIII", 0, 3, 0, 7_000_000, 4, 9) + b"abcd"
    data = wire.section() + wire.interface() + wire.block(2, body)
    assert read(data)[0] == [(7.0, 1, b"abcd", 9)]


def test_a_second_section_starts_interfaces_anew(wire):
    data = wire.section() + wire.interface() + wire.enhanced(1.0, b"a")
    data += wire.section(">") + wire.interface(101, order=">")
    data += wire.enhanced(2.0, b"b", order=">")
    assert [(kind, body) for _, kind, body, _ in read(data)[0]] == [(1, b"a"), (101, b"b")]


def test_packets_of_no_interface_are_counted_as_a_problem(wire):
    data = wire.section() + wire.interface() + wire.enhanced(1.0, b"a", number=4)
    data += wire.enhanced(2.0, b"b")
    found, problems = read(data)
    assert len(found) == 1
    assert problems == ["1 packet blocks name no interface or lie about their length"]


def test_cut_file_and_impossible_length(wire):
    whole = wire.section() + wire.interface() + wire.enhanced(1.0, b"a" * 40)
    found, problems = read((whole + wire.enhanced(2.0, b"b" * 40))[:-9])
    assert len(found) == 1
    assert "ends inside a block" in problems[0]
    found, problems = read(whole + b"\6\0\0\0\3\0\0\0" + b"\0" * 20)
    assert len(found) == 1
    assert problems == [
        f"block at byte {len(whole)} has the impossible length 3; reading stopped there"
    ]


def test_section_without_byte_order_mark(wire):
    data = bytearray(wire.section())
    data[8:12] = b"\0\0\0\0"
    assert "no byte-order mark" in read(bytes(data))[1][0]


@given(st.lists(st.tuples(st.integers(0, 12), st.binary(max_size=60)), max_size=8), st.binary())
@settings(max_examples=300)
def test_fuzz_blocks_never_raise(blocks, tail):
    data = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
    data += struct.pack("<IIHHII", 1, 20, 1, 0, 0, 20)
    for kind, body in blocks:
        body += b"\0" * (-len(body) % 4)
        data += struct.pack("<II", kind, 12 + len(body)) + body
        data += struct.pack("<I", 12 + len(body))
    for found in read(data + tail)[0]:
        assert found[3] >= len(found[2])
