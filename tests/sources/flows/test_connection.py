import pytest

from camscan.model.flow import Origin
from camscan.sources.flows import connection as con
from camscan.sources.flows.packet_counter import Half


@pytest.mark.parametrize(
    "flags, source_port, port, expected",
    [
        (con.SYN, 443, 50_000, (True, Origin.SYN)),
        (con.SYN | con.ACK, 443, 50_000, (False, Origin.SYN)),
        (con.ACK, 50_000, 443, (True, Origin.PORTS)),
        (con.ACK, 443, 50_000, (False, Origin.PORTS)),
        (con.ACK, 8000, 50_000, (False, Origin.PORTS)),
        (con.RST, 80, 61_000, (False, Origin.PORTS)),
        (con.ACK, 40_000, 50_000, (True, Origin.UNKNOWN)),
        (con.ACK, 8000, 9000, (True, Origin.UNKNOWN)),
    ],
)
def test_tcp_start(flags, source_port, port, expected):
    assert con.tcp_start(flags, source_port, port) == expected


@pytest.mark.parametrize(
    "source_port, port, expected",
    [
        (40_000, 53, (True, Origin.PORTS)),
        (53, 40_000, (False, Origin.PORTS)),
        (123, 123, (True, Origin.FIRST)),
        (32_100, 12_000, (True, Origin.FIRST)),
    ],
)
def test_udp_start(source_port, port, expected):
    assert con.udp_start(source_port, port) == expected


@pytest.mark.parametrize(
    "protocol, kind, expected",
    [
        (con.ICMP, 8, (True, Origin.FIRST)),
        (con.ICMP, 0, (False, Origin.FIRST)),
        (con.ICMP, 3, (True, Origin.UNKNOWN)),
        (con.ICMPV6, 128, (True, Origin.FIRST)),
        (con.ICMPV6, 129, (False, Origin.FIRST)),
        (con.ICMPV6, 1, (True, Origin.UNKNOWN)),
    ],
)
def test_icmp_start(protocol, kind, expected):
    assert con.icmp_start(protocol, kind) == expected


def test_last_is_that_of_the_newer_half():
    opened = con.Connection(b"a", b"b", 6, 1, 2, Origin.SYN, 1.0)
    opened.out = Half(opened, con.HOOK_NONE)
    opened.out.last = 4.0
    assert opened.last == 4.0
    opened.back = Half(opened, con.HOOK_NONE)
    opened.back.last = 6.0
    assert opened.last == 6.0


def test_beginning_anew_forgets_what_was_counted_but_not_who_began():
    opened = con.Connection(b"a", b"b", con.UDP, 4009, 9999, Origin.FIRST, 1.0)
    opened.out, opened.back = Half(opened, con.HOOK_NONE), Half(opened, con.HOOK_NONE)
    opened.out.packets, opened.out.bytes, opened.out.last = 3, 300, 5.0
    opened.back.packets, opened.back.bytes, opened.back.last = 2, 200, 6.0
    opened.refused = True
    opened.begin_anew(700.0)
    assert (opened.source, opened.first, opened.last, opened.refused) == (b"a", 700.0, 6.0, False)
    assert {(half.packets, half.bytes) for half in (opened.out, opened.back)} == {(0, 0)}
