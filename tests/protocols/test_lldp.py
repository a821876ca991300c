"""LLDP: frames made by hand after IEEE 802.1AB and ANSI/TIA-1057."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.protocols import lldp
from camscan.protocols.decoded import Malformed
from camscan.protocols.lldp import LldpMessage

MAC = bytes.fromhex("accc8e000001")


def tlv(kind: int, value: bytes) -> bytes:
    return struct.pack(">H", kind << 9 | len(value)) + value


def med(subtype: int, value: bytes) -> bytes:
    return tlv(127, b"\x00\x12\xbb" + bytes([subtype]) + value)


def must(ttl: int = 120) -> bytes:
    return tlv(1, b"\x04" + MAC) + tlv(2, b"\x05eth0") + tlv(3, struct.pack(">H", ttl))


FRAME = (
    must()
    + tlv(5, b"front-door")
    + tlv(6, b"Linux camera 4.9")
    + tlv(8, bytes([5, 1, 192, 0, 2, 7, 2, 0, 0, 0, 0, 0]))
    + tlv(127, b"\x00\x80\xc2\x01\x00\x01")
    + med(9, b"Acme Vision\0")
    + med(10, b"AC-1234")
    + med(8, b"00000001")
    + med(7, b"1.2.3")
    + med(6, b"boot 4")
    + tlv(0, b"")
    + b"\0" * 20
)


def read(data: bytes) -> LldpMessage:
    found = lldp.parse(data)
    assert isinstance(found, LldpMessage)
    return found


def test_a_frame() -> None:
    found = read(FRAME)
    assert found.mac == "ac:cc:8e:00:00:01"
    assert found.addresses == ("192.0.2.7",)
    assert lldp.decode(FRAME).fields == (
        ("lldp.sysdescr", "Linux camera 4.9"),
        ("lldp.sysname", "front-door"),
        ("lldp.manufacturer", "Acme Vision"),
        ("lldp.model", "AC-1234"),
        ("lldp.firmware", "boot 4"),
        ("lldp.software", "1.2.3"),
        ("lldp.serial", "00000001"),
    )


def test_one_that_leaves_is_no_device() -> None:
    data = must(ttl=0) + tlv(6, b"x")
    assert read(data).leaving
    assert lldp.decode(data).fields == ()


@pytest.mark.parametrize(
    "value",
    [bytes([5, 1, 0, 0, 0, 0]), bytes([5, 1, 224, 0, 0, 1]), bytes([7, 6]) + MAC, b"", b"\xff\x01"],
)
def test_management_addresses_of_nobody(value: bytes) -> None:
    assert read(must() + tlv(8, value)).addresses == ()


@pytest.mark.parametrize(
    "chassis", [b"", b"\x07name", b"\x04" + bytes(6), b"\x04\xff\xff\xff\xff\xff\xff"]
)
def test_a_chassis_without_a_mac(chassis: bytes) -> None:
    assert read(tlv(1, chassis) + tlv(2, b"") + tlv(3, b"\0\x78")).mac is None


@pytest.mark.parametrize(
    "data", [b"", must()[4:], tlv(6, b"x") + must(), b"\x02", b"\x02\xff\x04", b"\xff" * 60]
)
def test_what_is_no_lldp(data: bytes) -> None:
    assert isinstance(lldp.parse(data), Malformed)
    assert lldp.decode(data).status is Status.MALFORMED


def test_a_tlv_that_lies_ends_the_frame() -> None:
    assert read(must() + tlv(5, b"name") + b"\x0d\xffshort").description is None


@given(
    st.binary(max_size=300)
    | st.builds(
        lambda at, junk: FRAME[:at] + junk + FRAME[at + len(junk) :],
        st.integers(0, len(FRAME)),
        st.binary(max_size=6),
    )
)
def test_fuzz_never_raises(data: bytes) -> None:
    lldp.parse(data)
    assert all(field.startswith("lldp.") for field, _ in lldp.decode(data).fields)
