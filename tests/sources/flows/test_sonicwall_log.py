"""Messages as the samples of github.com/elastic/integrations packages/sonicwall_firewall are
formed, shortened, in our own addresses."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.sonicwall_log import is_mine, parser
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import packed_address


def message(number, more="", text="Connection Opened", port=443, proto="tcp/https", second=30):
    return (
        f'<134>id=firewall sn=18B1690729A8 time="2026-11-26 19:13:{second} UTC" fw=198.51.100.2 '
        f'pri=6 c=262144 gcat=6 m={number} msg="{text}" src=10.66.1.10:52379:X0 srcZone=Trusted '
        f"natSrc=198.51.100.2:48245 dst=36.110.1.1:{port}:X1 natDst=36.110.1.1:{port} "
        f"proto={proto} {more} app=49177 appName='General HTTPS' n=123456789 dpi=0"
    )


OPENED = message(98, 'sent=52 fw_action="NA"')
CLOSED = message(
    537, 'sent=3590 rcvd=13042 spkt=9 rpkt=12 cdur=30016 fw_action="NA"', "Connection Closed",
    second=59,
)  # fmt: skip
HIT = message(97, "sent=3523 rcvd=14226 dstname=cloud.example arg=/ code=29", "Web site hit")


def test_opened_and_closed_are_one_connection(told):
    (flow,) = told(OPENED, HIT, CLOSED).flows
    assert (flow.source, flow.source_port, flow.peer, flow.port, flow.protocol) == (
        "10.66.1.10", 52379, "36.110.1.1", 443, "tcp"
    )  # fmt: skip
    assert (flow.count, flow.packets_out, flow.packets_in) == (1, 9, 12)
    assert (flow.bytes_out, flow.bytes_in) == (3590, 13042)
    assert flow.last - flow.first == pytest.approx(30.016)
    assert (flow.name, flow.name_source, flow.recorded_by) == ("cloud.example", "sni", "sonicwall")


def test_opened_alone_is_of_unknown_size(told):
    (flow,) = told(OPENED).flows
    assert (flow.bytes_out, flow.packets_in, flow.blocked) == (None, None, False)


def test_closed_without_an_answer(told):
    (flow,) = told(message(537, "sent=284 spkt=1", "Connection Closed", 8800, "udp/8800")).flows
    assert (flow.protocol, flow.port) == ("udp", 8800)
    assert (flow.packets_out, flow.packets_in, flow.bytes_in) == (1, 0, 0)
    (flow,) = told(message(537, "sent=284 rcvd=90", "Connection Closed")).flows
    assert (flow.packets_out, flow.packets_in, flow.bytes_in) == (None, None, 90)


@pytest.mark.parametrize(
    "line",
    [
        message(36, "", "TCP connection dropped"),
        message(98, 'fw_action="drop"'),
        message(14, "dstname=cloud.example", "Web site access denied"),
    ],
)
def test_what_was_stopped(told, line):
    (flow,) = told(line).flows
    assert (flow.blocked, flow.packets_in, flow.count) == (True, 0, 1)


def test_plain_http_and_a_time_without_a_zone(told):
    hit = message(97, "dstname=Web.example", "Web site hit", 80, "tcp/http")
    opened = message(98, port=80, proto="tcp/http").replace(" UTC", "")
    (flow,) = told(hit, opened, zone=ZoneInfo("America/New_York")).flows
    assert (flow.name, flow.name_source) == ("web.example", "http-host")
    assert flow.last == 1795738410.0  # 19:13:30 in New York


def test_ipv6_has_tags_of_its_own(told):
    line = OPENED.replace("src=10.66.1.10:52379:X0", "src=:52379:X0 srcV6=2001:db8::1").replace(
        " dst=36.110.1.1:443:X1", " dst=:443:X1 dstV6=2001:db8::2"
    )
    (flow,) = told(line).flows
    assert (flow.source, flow.peer, flow.port) == ("2001:db8::1", "2001:db8::2", 443)


def test_a_dropped_packet_without_ports(told):
    line = (
        'id=firewall sn=18B1690729A8 time="2026-11-26 19:13:30" fw=198.51.100.2 pri=5 '
        'msg="Unhandled link-local or multicast IPv6 packet dropped" srcV6=2001:db8::1 '
        "dstV6=ff02::c srcMac=c4:2f:90:00:00:01 proto=udp/65535"
    )
    (flow,) = told(line).flows
    assert (flow.source, flow.peer, flow.port, flow.blocked) == (
        "2001:db8::1", "ff02::c", None, True
    )  # fmt: skip


def test_a_dropped_ping_names_no_protocol(told):
    line = (
        'id=firewall sn=18B1690729A8 time="2026-11-26 19:13:30" fw=198.51.100.2 pri=5 c=256 m=38 '
        'msg="ICMP packet dropped" n=22070 src=10.66.1.10:1026:LAN dst=36.110.1.1:6822:WAN '
        "type=8 code=0"
    )
    (flow,) = told(line).flows
    assert (flow.protocol, flow.port, flow.blocked) == ("icmp", None, True)


def test_other_messages_others_and_what_is_bad(told):
    login = message(30, "", "Administrator login denied due to bad credentials")
    keep = Keep(addresses=frozenset([packed_address("10.66.1.10")]))
    record = told(
        OPENED,
        login.replace("proto=tcp/https", ""),
        message(1197, "", "NAT Mapping"),
        OPENED.replace("10.66.1.10", "10.66.1.99"),
        OPENED.replace("10.66.1.10", "10.66.1"),
        OPENED.replace("10.66.1.10", "camera"),
        keep=keep,
    )
    assert len(record.flows) == 1
    assert (record.sources[0].count, record.sources[0].bad) == (6, 2)


@given(st.text(), st.integers(0, 500), st.integers(0, 500))
def test_fuzz_lines(text, start, end):
    book = FlowLedger("x", Keep(), NameTable(), unit="lines")
    read = parser(book)
    for sample in (OPENED, CLOSED, HIT, message(98, text)):
        for line in (text, sample[:start] + text + sample[end:], sample):
            is_mine(line)
            read.line(1, line, LogClock(1.8e9))
    read.finish()
    list(book.totals.flows("x"))
