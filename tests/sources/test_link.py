import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources import link


@pytest.fixture(scope="module")
def packet(wire):
    return wire.ip("10.0.0.1", "10.0.0.2", 17, wire.udp(1, 2))


def offset(linktype, frame):
    return link.network_offset(linktype, frame, 0, len(frame))


@pytest.mark.parametrize("tags", [(), ((0x8100, 7),), ((0x88A8, 5), (0x8100, 7))])
def test_ethernet_and_its_tags(wire, packet, tags):
    frame = wire.ethernet(packet, tags=tags)
    assert offset(link.ETHERNET, frame) == 14 + 4 * len(tags)


def test_other_link_types(packet):
    assert offset(link.RAW, packet) == 0
    assert offset(link.RAW_BSD, packet) == 0
    assert offset(link.NULL, b"\2\0\0\0" + packet) == 4
    assert offset(link.LOOP, b"\0\0\0\2" + packet) == 4
    assert offset(link.LINUX_SLL, b"\0" * 14 + b"\x08\0" + packet) == 16
    assert offset(link.LINUX_SLL2, b"\x08\0" + b"\0" * 18 + packet) == 20
    assert offset(113, b"\0" * 14 + b"\x81\0\0\x07\x08\0" + packet) == 20


def test_pppoe_and_mpls(packet):
    head = b"\0" * 12
    session = b"\x88\x64" + struct.pack(">BBHHH", 0x11, 0, 1, len(packet) + 2, 0x21)
    assert offset(1, head + session + packet) == 22
    labels = b"\x88\x47" + b"\0\0\x10\x40" + b"\0\0\x21\x40"
    assert offset(1, head + labels + packet) == 22


def test_frames_without_ip(packet):
    assert offset(1, b"\0" * 12 + b"\x08\x06" + packet) is None
    assert offset(1, b"\0" * 12 + b"\x88\x47" + b"\0\0\x10\x40") is None
    assert offset(147, packet) is None
    assert offset(1, b"") is None


def test_source_mac(wire, packet):
    assert link.source_mac(1, wire.ethernet(packet), 0) == wire.MAC_A
    cooked = b"\0\0\0\1\0\6" + wire.MAC_A + b"\0\0\x08\0" + packet
    assert link.source_mac(link.LINUX_SLL, cooked, 0) == wire.MAC_A
    cooked2 = b"\x08\0" + b"\0" * 8 + b"\0\6" + wire.MAC_A + b"\0\0" + packet
    assert link.source_mac(link.LINUX_SLL2, cooked2, 0) == wire.MAC_A
    assert link.source_mac(link.RAW, packet, 0) is None


def test_ether_types(wire, packet):
    def typed(frame, linktype=link.ETHERNET):
        return link.ether_type(linktype, frame, 0, len(frame))

    assert typed(wire.ethernet(packet)) == (0x0800, 14)
    assert typed(wire.ethernet(packet, tags=((0x8100, 7),))) == (0x0800, 18)
    assert typed(bytes(12) + b"\x88\xcc" + bytes(4)) == (0x88CC, 14)
    assert typed(bytes(12) + b"\x00\x28" + bytes(40)) == (40, 14)
    assert typed(bytes(14) + b"\x08\x06" + bytes(28), link.LINUX_SLL) == (0x0806, 16)
    assert typed(b"\x08\x06" + bytes(18) + bytes(28), link.LINUX_SLL2) == (0x0806, 20)
    assert typed(packet, link.RAW) is None
    assert typed(bytes(13)) is None
    assert typed(bytes(12) + b"\x81\x00\x00") is None


@given(st.sampled_from(sorted(link.KNOWN)), st.binary(max_size=80))
def test_fuzz_offsets_stay_inside_the_frame(linktype, frame):
    found = offset(linktype, frame)
    assert found is None or 0 <= found < len(frame)
    link.source_mac(linktype, frame, 0)
    typed = link.ether_type(linktype, frame, 0, len(frame))
    assert typed is None or typed[1] <= len(frame)
