"""Lines as Meraki's "Syslog Event Types and Log Samples" and the samples of
github.com/elastic/integrations packages/cisco_meraki are formed, in our own addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.meraki_log import is_mine, parser
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import packed_address

AT = 1795720410.289402144


def flow_line(tail="pattern: allow all", kind="flows", before="", at=AT, ports=(50395, 443)):
    return (
        f"<134>1 {at:.9f} MX84 {kind} {before}src=10.66.1.10 dst=36.110.1.1 mac=C4:2F:90:00:00:01 "
        f"protocol=tcp sport={ports[0]} dport={ports[1]} {tail}"
    )


URL = (
    f"<134>1 {AT:.9f} MX84 urls src=10.66.1.10:50395 dst=36.110.1.1:443 mac=C4:2F:90:00:00:01 "
    "agent='curl/8' request: UNKNOWN https://cloud.example/..."
)
PING = f"<134>1 {AT:.9f} MX84 flows src=10.66.1.10 dst=36.110.1.3 protocol=icmp type=8 pattern: 0"


def test_a_flow(told):
    record = told(flow_line())
    (flow,) = record.flows
    assert (flow.source, flow.source_port, flow.peer, flow.port, flow.protocol) == (
        "10.66.1.10", 50395, "36.110.1.1", 443, "tcp"
    )  # fmt: skip
    assert flow.first == pytest.approx(AT)
    assert (flow.source_mac, flow.recorded_by) == ("c4:2f:90:00:00:01", "meraki")
    assert (flow.packets_out, flow.packets_in, flow.bytes_in) == (None, None, None)
    assert "zone" not in " ".join(skip.reason for skip in record.skips)  # its time needs none


@pytest.mark.parametrize(
    ("line", "blocked"),
    [
        (flow_line("pattern: deny all"), True),
        (flow_line("pattern: 1 all"), True),
        (flow_line("pattern: 0 all"), False),
        (flow_line("pattern: Group Policy Allow"), False),
        (flow_line("pattern: Group Policy Deny"), True),
        (flow_line("", before="deny "), True),
        (flow_line("", before="allow "), False),
        (flow_line("pattern: deny tcp", kind="cellular_firewall"), True),
        (flow_line("translated_src_ip=198.51.100.4 translated_port=1", kind="ip_flow_end"), False),
    ],
)
def test_what_was_done(told, line, blocked):
    (flow,) = told(line).flows
    assert flow.blocked is blocked
    assert (flow.packets_in == 0) is blocked


def test_what_is_told_three_times_is_one_connection(told):
    lines = [flow_line("", kind=kind, at=AT + place) for place, kind in
             enumerate(("ip_flow_start", "flows", "ip_flow_end"))]  # fmt: skip
    (flow,) = told(*lines).flows
    assert (flow.count, flow.last - flow.first) == (1, pytest.approx(2))


def test_the_host_of_a_request_names_the_flow(told):
    (flow,) = told(URL, flow_line()).flows
    assert (flow.name, flow.name_source) == ("cloud.example", "sni")
    plain = URL.replace("https://cloud.example", "http://Web.example:8000").replace(":443", ":80")
    (flow,) = told(plain, flow_line(ports=(1, 80))).flows
    assert (flow.name, flow.name_source) == ("web.example", "http-host")


def test_no_ports(told):
    (flow,) = told(PING).flows
    assert (flow.protocol, flow.port, flow.blocked) == ("icmp", None, False)


def test_behind_the_header_of_a_collector_its_own_time_counts(told):
    (flow,) = told(f"Nov 26 23:59:59 10.0.0.1 {flow_line()[5:]}").flows
    assert flow.first == pytest.approx(AT)


def test_as_the_maker_shows_it_without_a_version_before_the_time(told):
    (flow,) = told(flow_line("pattern: 1 all")[6:]).flows
    assert (flow.blocked, flow.first) == (True, pytest.approx(AT))
    (flow,) = told(flow_line().replace("<134>1 ", "Nov 26 19:13:30 192.168.10.1 ")).flows
    assert flow.first == pytest.approx(AT)


def test_two_appliances_are_two_sources(told):
    record = told(flow_line(), flow_line().replace("MX84", "MX100"))
    assert {source.kind for source in record.sources} == {"meraki", "meraki MX100"}


def test_bad_lines_and_others(told):
    keep = Keep(addresses=frozenset([packed_address("10.66.1.10")]))
    record = told(
        flow_line(),
        flow_line().replace("36.110.1.1", "36.110.1.X"),
        flow_line().replace("10.66.1.10", "10.66.1.99"),
        URL.replace("10.66.1.10", "x"),
        keep=keep,
    )
    assert len(record.flows) == 1
    assert (record.sources[0].count, record.sources[0].bad) == (4, 2)


@given(st.text(), st.integers(0, 250), st.integers(0, 250))
def test_fuzz_lines(text, start, end):
    book = FlowLedger("x", Keep(), NameTable(), unit="lines")
    read = parser(book)
    for sample in (flow_line(), URL, PING):
        for line in (text, sample[:start] + text + sample[end:], sample + text):
            is_mine(line)
            read.line(1, line, LogClock(1.8e9))
    read.finish()
    list(book.totals.flows("x"))
