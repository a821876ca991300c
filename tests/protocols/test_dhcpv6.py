"""DHCPv6: messages made by hand after RFC 8415, lying lengths, and what is not a client's."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.protocols import dhcpv6
from camscan.protocols.decoded import Malformed
from camscan.protocols.dhcpv6 import Dhcpv6Message, Dhcpv6Type

MAC = bytes.fromhex("accc8e000001")


def option(code: int, value: bytes) -> bytes:
    return struct.pack(">HH", code, len(value)) + value


def message(kind: int, *options: bytes) -> bytes:
    return bytes([kind]) + b"\x12\x34\x56" + b"".join(options)


LLT = option(1, struct.pack(">HHI", 1, 1, 0x2C000000) + MAC)
CLASS = option(
    16, struct.pack(">I", 368) + b"\x00\x04AXIS" + b"\x00\x00" + b"\x00\x0eNetwork Camera"
)
FQDN = option(39, b"\x00\x11axis-accc8e000001\x05local\x00")
SOLICIT = message(1, LLT, option(8, b"\0\0"), CLASS, FQDN, option(6, b"\0\x17\0\x18"))


def read(data: bytes) -> Dhcpv6Message:
    found = dhcpv6.parse(data)
    assert isinstance(found, Dhcpv6Message)
    return found


def test_a_solicit() -> None:
    found = read(SOLICIT)
    assert found.kind is Dhcpv6Type.SOLICIT
    assert found.enterprise == 368
    assert dhcpv6.fields(found) == (
        ("dhcp.vendor_class", "AXIS"),
        ("dhcp.vendor_class", "Network Camera"),
        ("dhcp.hostname", "axis-accc8e000001.local"),
        ("mac.address", "ac:cc:8e:00:00:01"),
    )


@pytest.mark.parametrize(
    ("duid", "mac"),
    [
        (b"\0\3\0\1" + MAC, "ac:cc:8e:00:00:01"),
        (b"\0\1\0\1\0\0\0\0" + MAC, "ac:cc:8e:00:00:01"),
        (b"\0\1\0\6\0\0\0\0" + MAC, None),  # IEEE 802 by another number
        (b"\0\3\0\1" + MAC[:5], None),
        (b"\0\3\0\1\xff" + MAC[1:], None),
        (b"\0\2\0\0\1\x70" + MAC, None),  # by enterprise number
        (b"\0\4" + bytes(16), None),  # a UUID
        (b"", None),
    ],
)
def test_the_mac_of_a_duid(duid: bytes, mac: str | None) -> None:
    assert read(message(3, option(1, duid))).mac == mac


@pytest.mark.parametrize(
    ("name", "hostname"),
    [
        (b"\x00\x06camera", "camera"),  # partial: without its end (RFC 4704, section 4.2)
        (b"\x01\x06camera\x00", "camera"),
        (b"\x00\x00", None),
        (b"\x00", None),
        (b"\x00\x09camera", None),
        (b"\x00\xc0\x04camera", None),  # no compression here (RFC 8415, section 10)
        (b"\x00\x06cam\x01ra", None),
    ],
)
def test_names(name: bytes, hostname: str | None) -> None:
    assert read(message(11, option(39, name))).hostname == hostname


def test_a_lying_length_ends_the_walk_and_the_first_of_two_counts() -> None:
    other = option(39, b"\x00\x05other\x00")
    found = read(message(1, FQDN, other, struct.pack(">HH", 1, 900) + MAC))
    assert (found.hostname, found.mac) == ("axis-accc8e000001.local", None)


@pytest.mark.parametrize("kind", [2, 7, 10, 12, 13])
def test_servers_and_relays_say_nothing_of_themselves(kind: int) -> None:
    found = dhcpv6.decode(message(kind, LLT, FQDN))
    assert (found.status, found.fields) == (Status.OK, ())


@pytest.mark.parametrize("data", [b"", b"\x01\0\0", b"\0" + SOLICIT[1:], b"\x40" + SOLICIT[1:]])
def test_no_message(data: bytes) -> None:
    assert isinstance(dhcpv6.parse(data), Malformed)
    assert dhcpv6.decode(data).status is Status.MALFORMED


@given(st.binary(max_size=300))
def test_fuzz_parse(data: bytes) -> None:
    for each in (data, SOLICIT[: len(data)] + data, b"\x01abc" + data):
        found = dhcpv6.parse(each)
        assert dhcpv6.decode(each).status is (
            Status.MALFORMED if isinstance(found, Malformed) else Status.OK
        )
