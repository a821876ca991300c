from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.egress.address import is_global, is_inside, parse, unwrapped


@pytest.mark.parametrize(
    "text, expected",
    [
        ("::ffff:36.110.1.1", "36.110.1.1"),
        ("2002:7272:7272::1", "114.114.114.114"),
        ("64:ff9b::246e:101", "36.110.1.1"),
        ("240e::1", "240e::1"),
        ("36.110.1.1", "36.110.1.1"),
    ],
)
def test_unwrapped(text, expected):
    assert unwrapped(ip_address(text)) == ip_address(expected)


@pytest.mark.parametrize(
    "text",
    [
        "10.1.1.1", "172.31.0.1", "192.168.1.1", "169.254.3.3", "127.0.0.1", "100.64.0.1",
        "224.0.0.251", "239.255.255.250", "255.255.255.255", "0.0.0.0",
        "fe80::1", "fd00::1", "::1", "::", "ff02::fb", "::ffff:10.0.0.1",
    ],
)  # fmt: skip
def test_inside(text):
    assert is_inside(ip_address(text))
    assert not is_global(ip_address(text))


@pytest.mark.parametrize("text", ["203.0.113.9", "2001:db8::1", "198.51.100.1", "240.0.0.1"])
def test_reserved_space_is_neither_inside_nor_looked_up(text):
    assert not is_inside(ip_address(text))
    assert not is_global(ip_address(text))


def test_networks_of_the_user_are_inside():
    own = (ip_network("81.2.69.0/24"), ip_network("2a00:1450::/32"))
    assert is_inside(ip_address("81.2.69.7"), own)
    assert is_inside(ip_address("2a00:1450::7"), own)
    assert not is_inside(ip_address("81.2.70.7"), own)


def test_parse():
    assert parse("fe80::1%eth0") == ip_address("fe80::1")
    assert parse("camera") is None


@given(st.ip_addresses())
def test_fuzz_an_address_is_never_inside_and_global(address):
    assert not (is_inside(address) and is_global(address))


@given(st.text(max_size=40))
def test_fuzz_parse_any_text(text):
    parse(text)


def test_of_teredo_the_client_is_asked_for():
    # RFC 4380 section 4: server 65.54.227.120, client 192.0.2.45 with its bits inverted
    teredo = ip_address("2001:0:4136:e378:8000:63bf:3fff:fdd2")
    assert unwrapped(teredo) == ip_address("192.0.2.45")


@pytest.mark.parametrize("text", ["2002:a00:1::1", "2001:0:4136:e378:8000:63bf:f5ff:fffe"])
def test_a_private_address_in_a_tunnel_is_neither_inside_nor_looked_up(text):
    assert unwrapped(ip_address(text)) == ip_address("10.0.0.1")
    assert not is_inside(ip_address(text))
    assert not is_global(ip_address(text))


def test_a_tunnel_to_a_network_of_the_user_is_inside():
    assert is_inside(ip_address("2002:5102:4507::1"), (ip_network("81.2.69.0/24"),))


def test_what_was_asked_before_is_answered_for_other_networks_anew():
    address = ip_address("81.2.69.7")
    assert not is_inside(address)
    assert is_inside(address, (ip_network("81.2.69.0/24"),))
    assert not is_inside(address)
