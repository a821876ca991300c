import struct

from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.network import read_header


def header(packet, wire=None):
    return read_header(packet, 0, len(packet), len(packet) if wire is None else wire)


def test_ipv4(wire):
    found = header(wire.ip("10.0.0.1", "36.110.1.1", 6, wire.tcp(1, 2)))
    assert found.source == wire.packed("10.0.0.1")
    assert found.destination == wire.packed("36.110.1.1")
    assert (found.protocol, found.transport, found.wire) == (6, 20, 40)
    assert found.fragment is None
    assert found.begins


def test_length_is_that_of_the_packet_not_of_the_padded_or_lying_frame(wire):
    packet = wire.ip("10.0.0.1", "10.0.0.2", 6, wire.tcp(1, 2))
    assert header(packet + b"\0" * 6).wire == 40
    lying = wire.ip("10.0.0.1", "10.0.0.2", 6, wire.tcp(1, 2), total=60_000)
    assert header(lying).wire == 40
    offloaded = wire.ip("10.0.0.1", "10.0.0.2", 6, wire.tcp(1, 2), total=0)
    assert header(offloaded, 9000).wire == 9000


def test_snapped_packets_keep_their_length(wire):
    packet = wire.ip("10.0.0.1", "10.0.0.2", 17, wire.udp(1, 2, b"x" * 1000))
    assert read_header(packet, 0, 28, 1028).wire == 1028


def test_ipv4_options_and_fragments(wire):
    packet = bytearray(wire.ip("10.0.0.1", "10.0.0.2", 17, b"\0" * 12))
    packet[0] = 0x46
    assert header(bytes(packet)).transport == 24
    first = header(wire.ip("10.0.0.1", "10.0.0.2", 17, b"\0" * 16, fragment=0x2000))
    later = header(wire.ip("10.0.0.1", "10.0.0.2", 17, b"\0" * 16, fragment=0x0002))
    assert first.fragment == later.fragment is not None
    assert first.begins
    assert not later.begins


def test_ipv6_extension_headers(wire):
    hop = bytes((43, 0)) + b"\0" * 6
    routing = bytes((51, 1)) + b"\0" * 14
    authentication = bytes((17, 2)) + b"\0" * 14
    packet = wire.ip("2001:db8::1", "2001:db8::2", 0, hop + routing + authentication + b"\0" * 8)
    found = header(packet)
    assert (found.protocol, found.transport) == (17, 40 + 8 + 16 + 16)
    assert found.wire == len(packet)


def test_ipv6_fragments(wire):
    def piece(offset, more):
        return header(
            wire.ip("fd00::1", "fd00::2", 44, struct.pack(">BBHI", 17, 0, offset << 3 | more, 9))
        )

    assert piece(0, 1).begins
    assert piece(0, 1).fragment == piece(100, 0).fragment
    assert not piece(100, 0).begins
    assert piece(0, 0).fragment is None


def test_other_versions_and_short_headers(wire):
    assert header(b"\x15" + b"\0" * 40) is None
    assert header(b"\x45" + b"\0" * 10) is None
    assert header(b"\x44" + b"\0" * 30) is None
    assert header(b"\x60" + b"\0" * 20) is None
    assert header(b"") is None


@given(st.sampled_from(b"\x45\x46\x4f\x60"), st.binary(max_size=120), st.integers(0, 70_000))
def test_fuzz_header_never_raises_and_never_exceeds_the_wire(first, rest, wire):
    found = header(bytes((first,)) + rest, wire)
    assert found is None or found.wire <= wire
