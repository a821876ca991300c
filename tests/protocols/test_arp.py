"""ARP frames: what a request holds, what counts as a reply."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols.arp import ArpReply, build_request, parse_reply

MAC = bytes.fromhex("020000000001")


def reply(mac=b"\x02\x12\x13\x14\x15\x16", address=bytes((10, 0, 0, 7))):
    head = MAC + mac + b"\x08\x06"
    return head + bytes.fromhex("00010800060400 02") + mac + address + MAC + bytes((10, 0, 0, 1))


def test_a_request():
    frame = build_request(MAC, "10.0.0.1", "10.0.0.7")
    assert len(frame) == 60
    assert frame[:14] == b"\xff" * 6 + MAC + b"\x08\x06"
    assert frame[14:22] == bytes.fromhex("0001080006040001")
    assert frame[22:42] == MAC + bytes((10, 0, 0, 1)) + bytes(6) + bytes((10, 0, 0, 7))
    assert parse_reply(frame) is None


def test_a_reply():
    assert parse_reply(reply()) == ArpReply("10.0.0.7", "02:12:13:14:15:16")
    assert parse_reply(reply().ljust(192, b"\0")) == ArpReply("10.0.0.7", "02:12:13:14:15:16")
    assert parse_reply(reply(mac=bytes(6))) is None
    assert parse_reply(reply(mac=b"\xff" * 6)) is None
    assert parse_reply(reply()[:41]) is None


@given(st.binary(max_size=200))
def test_fuzz_parse_reply(frame):
    assert parse_reply(frame) is None or len(frame) >= 42


@given(st.binary(max_size=40))
def test_fuzz_reply_with_a_header(rest):
    found = parse_reply(reply()[:20] + rest)
    assert found is None or found.mac.count(":") == 5
