import itertools

import pytest

from camscan.model.flow import Origin
from camscan.sources.flows.connection import Connection
from camscan.sources.flows.stream_name import StreamName


@pytest.fixture
def opened():
    return Connection(b"a", b"b", 6, 1, 443, Origin.SYN, 1.0)


@pytest.fixture
def look_at(opened):
    reader = StreamName(opened)
    return lambda payload, sequence: reader.look_at(payload, sequence, 1.0)


def test_name_in_one_segment(wire, opened, look_at):
    assert not look_at(wire.client_hello("a.example"), 1)
    assert (opened.name, opened.name_source) == ("a.example", "sni")


def test_name_over_three_segments_one_of_them_twice(wire, opened, look_at):
    hello = wire.client_hello("a.example", padding=3000)
    assert look_at(hello[:1400], 1)
    assert look_at(hello[:1400], 1)
    assert look_at(hello[1400:2800], 1401)
    assert not look_at(hello[2800:], 2801)
    assert opened.name == "a.example"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_segments_of_any_order_behind_a_known_start(wire, opened, order):
    hello = wire.client_hello("a.example", padding=3000)
    reader = StreamName(opened, 1)
    for number in order:
        place = 1400 * number
        reader.look_at(hello[place : place + 1400], 1 + place, 1.0)
    assert opened.name == "a.example"


def test_sequence_numbers_wrap(wire, opened, look_at):
    hello = wire.client_hello("a.example")
    look_at(hello[:20], 0xFFFFFFF6)
    look_at(hello[20:], 10)
    assert opened.name == "a.example"


def test_a_gap_beyond_repair_ends_the_search(wire, opened, look_at):
    hello = wire.client_hello("a.example")
    look_at(hello[:20], 1)
    assert not look_at(hello[30:], 50_000)
    assert opened.name is None


def test_endless_hello_is_given_up(look_at):
    start = b"\x16\x03\x01\x40\x00\x01\x00\x3f\x00"
    assert look_at(start + b"x" * 16_000, 1)
    assert not look_at(b"x" * 1000, 1 + len(start) + 16_000)


def test_http_host_and_other_streams(opened, look_at):
    opened.name, opened.name_source = "dns.example", "dns"
    assert not look_at(b"SSH-2.0-x\r\n", 1)
    assert opened.name == "dns.example"


def test_http_host_over_two_segments(opened, look_at):
    assert look_at(b"GET / HTTP/1.1\r\nHost: web.exa", 1)
    assert opened.name is None
    assert not look_at(b"mple\r\nAccept: */*\r\n", 30)
    assert (opened.name, opened.name_source) == ("web.example", "http-host")


def test_a_proxy_is_asked_for_the_host_behind_it(opened, look_at):
    request = b"CONNECT cloud.example:443 HTTP/1.1\r\nHost: proxy.example\r\n\r\n"
    assert not look_at(request, 1)
    assert (opened.name, opened.name_source) == ("cloud.example", "http-connect")
