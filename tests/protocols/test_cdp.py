"""CDP: frames made by hand, as Cisco's documents lay them out."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.protocols import cdp
from camscan.protocols.cdp import CdpMessage
from camscan.protocols.decoded import Malformed


def tlv(kind: int, value: bytes) -> bytes:
    return struct.pack(">HH", kind, 4 + len(value)) + value


IP4 = b"\x01\x01\xcc\x00\x04" + bytes([192, 0, 2, 7])
IP6 = (
    b"\x02\x08\xaa\xaa\x03\x00\x00\x00\x86\xdd\x00\x10" + b"\x20\x01\x0d\xb8" + bytes(11) + b"\x07"
)


def frame(*tlvs: bytes, ttl: int = 180, version: int = 2) -> bytes:
    return bytes([version, ttl, 0x12, 0x34]) + b"".join(tlvs)


FRAME = frame(
    tlv(1, b"door\0"),
    tlv(2, struct.pack(">I", 2) + IP4 + IP6),
    tlv(3, b"eth0"),
    tlv(5, b"Camera Software 2.1\nbuilt today"),
    tlv(6, b"AC-1234"),
)


def read(data: bytes) -> CdpMessage:
    found = cdp.parse(data)
    assert isinstance(found, CdpMessage)
    return found


def test_a_frame() -> None:
    assert read(FRAME).addresses == ("192.0.2.7", "2001:db8::7")
    assert cdp.decode(FRAME).fields == (
        ("cdp.platform", "AC-1234"),
        ("cdp.software", "Camera Software 2.1\nbuilt today"),
        ("cdp.device", "door"),
    )


def test_one_that_leaves_is_no_device() -> None:
    data = frame(tlv(6, b"AC-1234"), ttl=0)
    assert read(data).leaving
    assert cdp.decode(data).fields == ()


@pytest.mark.parametrize(
    "value", [b"", struct.pack(">I", 2**32 - 1) + IP4, struct.pack(">I", 1) + IP4[:5] + bytes(4)]
)
def test_addresses_that_lie(value: bytes) -> None:
    assert read(frame(tlv(2, value), tlv(6, b"x"))).addresses in ((), ("192.0.2.7",))


@pytest.mark.parametrize(
    "data", [b"", b"\x02\xb4", frame(), frame(tlv(6, b"x"), version=3), frame(b"\0\x06\0\x03x")]
)
def test_what_is_no_cdp(data: bytes) -> None:
    assert isinstance(cdp.parse(data), Malformed)
    assert cdp.decode(data).status is Status.MALFORMED


def test_a_tlv_that_lies_ends_the_frame() -> None:
    assert read(frame(tlv(6, b"x"), b"\0\x05\xff\xffshort")).software is None


@given(
    st.binary(max_size=300)
    | st.builds(
        lambda at, junk: FRAME[:at] + junk + FRAME[at + len(junk) :],
        st.integers(0, len(FRAME)),
        st.binary(max_size=6),
    )
)
def test_fuzz_never_raises(data: bytes) -> None:
    cdp.parse(data)
    assert all(field.startswith("cdp.") for field, _ in cdp.decode(data).fields)
