import pytest

from camscan.model.flow import Origin
from camscan.sources.flows.connection import HOOK_NONE, HOOK_STREAM, Connection
from camscan.sources.flows.stream_name import look_at


@pytest.fixture
def opened():
    return Connection(b"a", b"b", 6, 1, 443, Origin.SYN, 1.0)


def test_name_in_one_segment(wire, opened):
    assert look_at(opened, wire.client_hello("a.example"), 1) == HOOK_NONE
    assert (opened.name, opened.name_source) == ("a.example", "sni")


def test_name_over_three_segments_one_of_them_twice(wire, opened):
    hello = wire.client_hello("a.example", padding=3000)
    assert look_at(opened, hello[:1400], 1) == HOOK_STREAM
    assert look_at(opened, hello[:1400], 1) == HOOK_STREAM
    assert look_at(opened, hello[1400:2800], 1401) == HOOK_STREAM
    assert look_at(opened, hello[2800:], 2801) == HOOK_NONE
    assert opened.name == "a.example"


def test_sequence_numbers_wrap(wire, opened):
    hello = wire.client_hello("a.example")
    look_at(opened, hello[:20], 0xFFFFFFF6)
    look_at(opened, hello[20:], 10)
    assert opened.name == "a.example"


def test_a_gap_ends_the_search(wire, opened):
    hello = wire.client_hello("a.example")
    look_at(opened, hello[:20], 1)
    assert look_at(opened, hello[30:], 31) == HOOK_NONE
    assert opened.name is None


def test_endless_hello_is_given_up(opened):
    start = b"\x16\x03\x01\x40\x00\x01\x00\x3f\x00"
    assert look_at(opened, start + b"x" * 16_000, 1) == HOOK_STREAM
    assert look_at(opened, b"x" * 1000, 1 + len(start) + 16_000) == HOOK_NONE
    assert opened.pending == b""


def test_http_host_and_other_streams(opened):
    opened.name, opened.name_source = "dns.example", "dns"
    assert look_at(opened, b"SSH-2.0-x\r\n", 1) == HOOK_NONE
    assert opened.name == "dns.example"
    assert look_at(opened, b"GET / HTTP/1.1\r\nHost: web.example\r\n\r\n", 1) == HOOK_NONE
    assert (opened.name, opened.name_source) == ("web.example", "http-host")
