import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camscan.sources import pcap
from camscan.sources.stream import ByteStream


def read(data):
    problems = []
    stream = ByteStream(io.BytesIO(data), "x")
    found = [
        (at, linktype, buffer[start:end], size)
        for at, linktype, buffer, start, end, size in pcap.packets(
            stream.chunk(), stream, problems.append
        )
    ]
    return found, problems


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nano", [False, True])
def test_both_orders_and_resolutions(wire, order, nano):
    data = wire.pcap([(1.25, b"a" * 20), (2.5, b"b" * 30, 900)], order=order, nano=nano)
    found, problems = read(data)
    assert found == [(1.25, 1, b"a" * 20, 20), (2.5, 1, b"b" * 30, 900)]
    assert problems == []


def test_flags_above_the_link_type_are_ignored(wire):
    data = bytearray(wire.pcap([(1.0, b"abc")]))
    data[23] = 0x24  # frame check sequence present, two words long
    assert read(bytes(data))[0][0][1] == 1


def test_many_packets_over_chunk_borders(wire):
    frames = [(float(n), bytes((n % 256,)) * (900 + n % 700)) for n in range(3000)]
    found, problems = read(wire.pcap(frames))
    assert [(at, body) for at, _, body, _ in found] == frames
    assert problems == []


@pytest.mark.parametrize("cut", [1, 10, 17, 60])
def test_a_cut_file_gives_what_is_whole_and_says_where_it_ends(wire, cut):
    data = wire.pcap([(1.0, b"a" * 50), (2.0, b"b" * 50)])[:-cut]
    found, problems = read(data)
    assert [body for _, _, body, _ in found] == [b"a" * 50]
    assert problems == [f"file ends inside a packet, at byte {len(data)}"]


def test_a_file_cut_in_its_header(wire):
    assert read(wire.pcap([])[:10]) == ([], ["file ends in its header, at byte 10"])


def test_garbage_between_packets_is_passed_over(wire):
    frames = [(1_764_000_000.0 + n, bytes((n,)) * 60) for n in range(6)]
    whole = wire.pcap(frames)
    middle = 24 + 3 * 76
    data = whole[:middle] + b"\xff" * 333 + whole[middle:]
    found, problems = read(data)
    assert [body for _, _, body, _ in found] == [body for _, body in frames]
    assert problems == [f"bytes {middle} to {middle + 333} are not packets and were passed over"]


def test_garbage_to_the_end_stops_with_the_position(wire):
    whole = wire.pcap([(1_764_000_000.0, b"a" * 60)])
    found, problems = read(whole + b"\xff" * 5000)
    assert len(found) == 1
    assert problems == [f"record header at byte {len(whole)} is impossible; reading stopped there"]


def test_a_captured_length_above_the_wire_length_is_not_believed(wire):
    data = wire.pcap([(1.0, b"a" * 50, 3)])
    assert read(data)[0] == [(1.0, 1, b"a" * 50, 50)]


@given(st.binary(max_size=400), st.booleans())
@settings(max_examples=300)
def test_fuzz_records_never_raise(body, big):
    head = struct.pack(">IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    if not big:
        head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    for found in read(head + body)[0]:
        assert found[3] >= len(found[2])
