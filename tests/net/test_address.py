from __future__ import annotations

import socket
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.net.address import endpoint, from_sockaddr, ipv4_value, parse, zone_index


def test_ipv4_and_ipv6() -> None:
    four = endpoint("127.0.0.1", 80)
    assert four is not None
    assert (four.family, four.sockaddr) == (socket.AF_INET, ("127.0.0.1", 80))
    six = endpoint("2001:DB8:0:0::1", 80)
    assert six is not None
    assert six.address == "2001:db8::1"
    assert (six.family, six.sockaddr) == (socket.AF_INET6, ("2001:db8::1", 80, 0, 0))


def test_a_mapped_address_is_the_ipv4_that_it_reaches() -> None:
    assert parse("::ffff:10.0.0.1") == IPv4Address("10.0.0.1")
    where = endpoint("::ffff:10.0.0.1", 80)
    assert where is not None
    assert where.address == "10.0.0.1"


def test_the_zone_becomes_the_index_of_its_interface() -> None:
    index, name = socket.if_nameindex()[0]
    by_name = endpoint(f"fe80::1%{name}", 80)
    by_number = endpoint(f"fe80::1%{index}", 80)
    assert by_name is not None
    assert by_number is not None
    assert by_name.sockaddr == by_number.sockaddr == ("fe80::1", 80, 0, index)
    assert by_name.address == by_number.address == f"fe80::1%{name}"


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0",  # would reach this machine
        "::",
        "::ffff:0.0.0.0",
        "224.0.0.1",
        "ff02::c",
        "camera.example",
        "",
        "127.1",
        "0x7f.0.0.1",
        "fe80::1%no-such-interface",
        "10.0.0.1/24",
    ],
)
def test_what_is_never_dialled(text: str) -> None:
    assert endpoint(text, 80) is None


def test_zone_numbers_beyond_32_bits_are_none() -> None:
    assert zone_index(str(2**32)) is None
    assert zone_index("²") is None
    assert zone_index(None) == 0


def test_the_sender_of_a_packet() -> None:
    index, name = socket.if_nameindex()[0]
    assert from_sockaddr(("10.0.0.1", 3702)) == "10.0.0.1"
    assert from_sockaddr(("fe80::1", 3702, 0, index)) == f"fe80::1%{name}"
    assert from_sockaddr((f"fe80::1%{name}", 3702, 0, index)) == f"fe80::1%{name}"
    assert from_sockaddr(("fe80::1", 3702, 0, 99999)) == "fe80::1%99999"
    assert from_sockaddr(("2001:db8::1", 3702, 0, index)) == "2001:db8::1"
    assert from_sockaddr(("::ffff:10.0.0.1", 3702, 0, 0)) == "10.0.0.1"


@given(st.text())
def test_fuzz_parse(text: str) -> None:
    parsed = parse(text)
    where = endpoint(text, 80)
    if where is not None:
        assert parsed is not None
        assert where.address.partition("%")[0] == str(parsed).partition("%")[0]


@given(st.ip_addresses())
def test_fuzz_every_address_survives_the_socket_form(address: object) -> None:
    where = endpoint(str(address), 80)
    if where is not None:
        assert from_sockaddr(where.sockaddr) == where.address


@pytest.mark.parametrize(
    ("address", "value"),
    [
        ("10.0.0.1", 0x0A000001),
        ("255.255.255.255", 0xFFFFFFFF),
        ("10.1", None),
        ("010.0.0.1", None),
        ("0x7f.0.0.1", None),
        ("::1", None),
        ("::ffff:10.0.0.1", None),
        ("10.0.0.1 ", None),
        ("10.0.0.1\0", None),
        ("é", None),
        ("", None),
    ],
)
def test_ipv4_as_a_number(address: str, value: int | None) -> None:
    assert ipv4_value(address) == value
