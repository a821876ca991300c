"""The frames, taken apart byte by byte: addresses, flags, checksums by their definition."""

from __future__ import annotations

import struct
from ipaddress import ip_address

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.net.syn_frame import SynTemplate

MAC = bytes.fromhex("020000000001")
PEER = np.array([[2, 0, 0, 0, 0, 2]], dtype=np.uint8)


def total(data):
    data += b"\0" * (len(data) % 2)
    value = sum(struct.unpack(f">{len(data) // 2}H", data))
    while value >> 16:
        value = (value >> 16) + (value & 0xFFFF)
    return value


def made(source, targets, port=80, source_port=40000, sequence=None):
    octets = np.frombuffer(b"".join(ip_address(t).packed for t in targets), dtype=np.uint8)
    octets = octets.reshape(len(targets), -1)
    numbers = np.arange(len(targets)) + 0xFFFFFFF0 if sequence is None else sequence
    template = SynTemplate(MAC, source, slots=8)
    frames = template.fill(
        PEER.repeat(len(targets), axis=0),
        octets,
        port,
        source_port,
        np.asarray(numbers, dtype=np.uint32),
    )
    assert (template.targets(frames) == octets).all()
    return [frame.tobytes() for frame in frames]


def test_ipv4_frame():
    first, second = made("10.0.0.9", ["10.0.0.1", "10.255.3.4"])
    assert len(first) == 60
    assert first[:14] == PEER.tobytes() + MAC + b"\x08\x00"
    assert first[14] == 0x45
    assert struct.unpack(">H", first[16:18]) == (44,)
    assert first[22:24] == bytes((64, 6))
    assert first[26:34] == bytes((10, 0, 0, 9, 10, 0, 0, 1))
    assert second[30:34] == bytes((10, 255, 3, 4))
    source, target, number, ack, offset, flags = struct.unpack(">HHIIBB", first[34:48])
    assert (source, target, number, ack, offset, flags) == (40000, 80, 0xFFFFFFF0, 0, 0x60, 2)
    assert first[54:58] == bytes((2, 4)) + (1460).to_bytes(2, "big")
    for frame in (first, second):
        assert total(frame[14:34]) == 0xFFFF
        assert total(frame[26:34] + struct.pack(">HH", 6, 24) + frame[34:58]) == 0xFFFF


def test_ipv6_frame():
    (frame,) = made("fd00::9", ["fd00::1:2"])
    assert frame[12:14] == b"\x86\xdd"
    assert len(frame) == 14 + 40 + 24
    assert frame[18:22] == struct.pack(">HBB", 24, 6, 64)
    assert frame[38:54] == ip_address("fd00::1:2").packed
    assert total(frame[22:54] + struct.pack(">II", 24, 6) + frame[54:78]) == 0xFFFF


@pytest.mark.parametrize("version", [4, 6])
@given(data=st.data())
def test_checksums_hold_whatever_varies(version, data):
    width = 4 if version == 4 else 16
    source = str(ip_address(data.draw(st.binary(min_size=width, max_size=width))))
    target = str(ip_address(data.draw(st.binary(min_size=width, max_size=width))))
    port, own = data.draw(st.integers(1, 65535)), data.draw(st.integers(1, 65535))
    number = data.draw(st.integers(0, 2**32 - 1))
    (frame,) = made(source, [target], port, own, [number])
    if version == 4:
        assert total(frame[14:34]) == 0xFFFF
        assert total(frame[26:34] + struct.pack(">HH", 6, 24) + frame[34:58]) == 0xFFFF
    else:
        assert total(frame[22:54] + struct.pack(">II", 24, 6) + frame[54:78]) == 0xFFFF
