"""Lines as RouterOS 7.20.8 and 7.23.3 print them (forms: mikrotik_log.py), in our own addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.flow import Origin
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.mikrotik_log import is_mine, parser
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import packed_address

SYN = (
    "<134>Nov 26 19:13:35 MikroTik conn-new forward: in:ether2 out:ether1, connection-state:new "
    "src-mac C4:2F:90:00:00:01, proto TCP (SYN), 10.66.1.10:48954->36.110.1.1:443, len 60"
)
UDP = (
    "<134>2026-11-26T19:13:57.0003+0000 gw DROP-IOT forward: in:bridge out:ether1, "
    "connection-state:new src-mac c4:2f:90:00:00:01, proto UDP, 10.66.1.10:57036->36.110.1.2:6000, "
    "len 76"
)
PING = (
    "Nov 26 19:16:14 gw firewall,info A|out| output: in:(unknown 0) out:ether1, "
    "connection-state:new proto ICMP (type 8, code 0), 10.66.1.10->36.110.1.3, len 84"
)
NAT = (
    "Nov 26 19:16:15 gw firewall,info srcnat: in:bridge out:ether1-WAN, "
    "connection-state:new,snat src-mac c4:2f:90:00:00:01, proto TCP (SYN), "
    "10.66.1.10:61127->36.110.1.4:443, "
    "NAT (10.66.1.10:61127->198.51.100.254:61127)->36.110.1.4:443, len 52"
)
V6 = (
    "Nov 26 19:16:16 gw firewall,info forward: in:ether1 out:ether2, proto TCP (SYN), "
    "[2001:db8::1]:51234->[2001:db8::2]:443, len 80"
)


def test_a_packet_that_was_logged(told):
    (flow,) = told(SYN).flows
    assert (flow.source, flow.source_port, flow.peer, flow.port, flow.protocol) == (
        "10.66.1.10", 48954, "36.110.1.1", 443, "tcp"
    )  # fmt: skip
    assert (flow.origin, flow.recorded_by, flow.source_mac) == (
        Origin.SYN, "mikrotik", "c4:2f:90:00:00:01"
    )  # fmt: skip
    assert (flow.packets_out, flow.packets_in, flow.bytes_out) == (None, None, None)
    assert not flow.blocked


def test_the_prefix_says_that_it_was_stopped(told):
    (flow,) = told(UDP).flows
    assert (flow.blocked, flow.packets_out, flow.packets_in, flow.bytes_out) == (True, 1, 0, 76)
    assert flow.first == 1795720437.0003


@pytest.mark.parametrize(
    ("line", "peer", "port", "protocol"),
    [
        (PING, "36.110.1.3", None, "icmp"),
        (NAT, "36.110.1.4", 443, "tcp"),
        (V6, "2001:db8::2", 443, "tcp"),
    ],
)
def test_other_forms(told, line, peer, port, protocol):
    (flow,) = told(line).flows
    assert (flow.peer, flow.port, flow.protocol, flow.blocked) == (peer, port, protocol, False)


def test_two_rules_that_log_one_packet_count_once(told):
    again = NAT.replace("srcnat", "forward").replace(
        ", NAT (10.66.1.10:61127->198.51.100.254:61127)->36.110.1.4:443", ""
    )
    (flow,) = told(again, NAT).flows
    assert flow.count == 1


def test_an_answer_is_not_a_call_of_the_server(told):
    answer = SYN.replace("(SYN)", "(SYN,ACK)").replace(
        "10.66.1.10:48954->36.110.1.1:443", "36.110.1.1:443->10.66.1.10:48954"
    )
    (flow,) = told(SYN, answer).flows
    assert (flow.source, flow.peer, flow.count) == ("10.66.1.10", "36.110.1.1", 1)


def test_only_the_wanted_and_bad_lines_are_counted(told):
    keep = Keep(addresses=frozenset([packed_address("10.66.1.10")]))
    record = told(
        SYN,
        SYN.replace("10.66.1.10", "10.66.1.99"),
        SYN.replace("36.110.1.1", "36.110.1.999"),
        keep=keep,
    )
    assert len(record.flows) == 1
    assert (record.sources[0].count, record.sources[0].bad) == (3, 1)
    assert "line 3: its addresses are none" in [skip.reason for skip in record.skips]


def test_two_routers_are_two_sources(told):
    record = told(SYN, SYN.replace("MikroTik", "branch"))
    assert {source.kind for source in record.sources} == {"mikrotik", "mikrotik branch"}


@given(
    st.lists(
        st.one_of(
            st.text(max_size=8),
            st.sampled_from(
                ["forward: in:a out:b,", "proto TCP (SYN),", "1.1.1.1:1->2.2.2.2:2,", "len 5", "->"]
            ),
        ),
        max_size=25,
    ),
    st.integers(0, 200),
)
def test_fuzz_lines(words, cut):
    book = FlowLedger("x", Keep(), NameTable(), unit="lines")
    read = parser(book)
    text = " ".join(words)
    for line in (text, SYN[:cut] + text, SYN[:cut] + text + SYN[cut:], V6[:cut] + text + V6[cut:]):
        is_mine(line)
        read.line(1, line, LogClock(1.8e9))
    read.finish()
    list(book.totals.flows("x"))
