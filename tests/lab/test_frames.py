"""Frames: checksums that add up, sequence numbers that go on, a file that is cut but honest."""

from __future__ import annotations

import io
import random
import struct

from camscan.lab.frames import SNAP_LENGTH, End, Writer, write_pcap

CAMERA = End("c4:2f:90:00:00:01", "10.66.0.10")
SERVER = End("00:1d:aa:66:00:00", "192.0.2.7")


def checksum(data: bytes) -> int:
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def check(frame: bytes) -> None:
    head, segment = frame[14:34], frame[34:]
    assert checksum(head) == 0xFFFF
    protocol = head[9]
    pseudo = head[12:20] + struct.pack("!BBH", 0, protocol, len(segment))
    assert checksum(pseudo + segment) == 0xFFFF
    assert struct.unpack("!H", head[2:4])[0] == len(frame) - 14


def test_udp_frames_have_right_addresses_and_checksums() -> None:
    at, frame = Writer(random.Random(1)).udp(5.0, CAMERA, SERVER, (40_000, 123), b"question")
    assert at == 5.0
    assert frame[:6].hex(":") == SERVER.mac
    assert frame[6:12].hex(":") == CAMERA.mac
    assert frame.endswith(b"question")
    check(frame)


def test_a_tcp_conversation_is_whole() -> None:
    said = [(True, b"a" * 5_000), (False, b"b" * 100)]
    frames = Writer(random.Random(1)).tcp(9.0, CAMERA, SERVER, 443, said)
    times = [at for at, _frame in frames]
    assert times == sorted(times)
    flags = [frame[47] for _at, frame in frames]
    assert flags[:3] == [0x02, 0x12, 0x10]
    assert flags[-3:] == [0x11, 0x11, 0x10]
    sent = b"".join(
        f[34 + (f[46] >> 4) * 4 :] for _at, f in frames if f[6:12].hex(":") == CAMERA.mac
    )
    assert sent == b"a" * 5_000
    for _at, frame in frames:
        check(frame)


def test_sequence_numbers_go_on_where_the_last_ended() -> None:
    frames = Writer(random.Random(2)).tcp(0.0, CAMERA, SERVER, 80, [(True, b"x" * 3_000)])
    expected = None
    for _at, frame in frames:
        if frame[6:12].hex(":") != CAMERA.mac:
            continue
        sequence = struct.unpack("!I", frame[38:42])[0]
        length = len(frame) - 34 - (frame[46] >> 4) * 4
        if expected is not None:
            assert sequence == expected
        grown = length + (1 if frame[47] & 0x03 else 0)
        expected = (sequence + grown) & 0xFFFFFFFF


def test_long_frames_are_cut_and_their_length_kept() -> None:
    frame = Writer(random.Random(1)).udp(1.5, CAMERA, SERVER, (1, 2), b"z" * 900)[1]
    file = io.BytesIO()
    assert write_pcap(file, [[(1.5, frame)], [(0.5, frame)]]) == 2
    data = file.getvalue()
    assert struct.unpack("<IHHiIII", data[:24]) == (0xA1B2C3D4, 2, 4, 0, 0, SNAP_LENGTH, 1)
    assert struct.unpack("<IIII", data[24:40]) == (0, 500_000, SNAP_LENGTH, len(frame))
