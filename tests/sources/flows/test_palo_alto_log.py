"""Lines with fields at the places of PAN-OS's "Traffic Log Fields"; forms of the sample log of
github.com/elastic/integrations packages/panw, in our own addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.flow import Origin
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.palo_alto_log import is_mine, parser
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import packed_address

HEADER = "Nov 26 16:09:08 PA-220 "


def traffic(
    subtype="end", peer="36.110.1.1", port=443, protocol="tcp", action="allow", session=22751,
    sent=1758, received=5976, packets=(16, 20), elapsed=586, rest="", rule="cameras",
):  # fmt: skip
    out, back = packets
    return (
        f"1,2026/11/26 16:09:07,012801096514,TRAFFIC,{subtype},2049,2026/11/26 16:09:07,10.66.1.10,"
        f"{peer},198.51.100.63,{peer},{rule},,,ssl,vsys1,trust,untrust,ethernet1/2,ethernet1/1,fw,"
        f"2026/11/26 16:09:07,{session},1,55113,{port},16418,{port},0x400053,{protocol},{action},"
        f"{sent + received},{sent},{received},{out + back},2026/11/26 15:59:20,{elapsed},any,0,"
        f"32091112,0x0,10.0.0.0-10.255.255.255,China,0,{out},{back},tcp-fin{rest}"
    )


def url(text, port=443):
    line = traffic(port=port).replace("TRAFFIC,end", "THREAT,url")
    cells = line.split(",")
    return ",".join([*cells[:31], f'"{text}"', "(9999)", "any", "informational", "0"])


def test_a_session_that_ended(told):
    (flow,) = told(HEADER + traffic()).flows
    assert (flow.source, flow.source_port, flow.peer, flow.port) == (
        "10.66.1.10", 55113, "36.110.1.1", 443
    )  # fmt: skip
    assert (flow.packets_out, flow.packets_in, flow.bytes_out, flow.bytes_in) == (
        16, 20, 1758, 5976
    )  # fmt: skip
    assert (flow.last, flow.last - flow.first) == (1795709347.0, 586)
    assert (flow.origin, flow.recorded_by) == (Origin.RECORDED, "palo-alto")


def test_start_and_end_are_one_session(told):
    start = traffic("start", sent=78, received=0, packets=(1, 0), elapsed=0)
    (flow,) = told(HEADER + start, HEADER + traffic()).flows
    assert (flow.count, flow.bytes_out) == (1, 1758)
    (flow,) = told(HEADER + start).flows
    assert (flow.bytes_out, flow.packets_in) == (None, None)
    other = traffic("end").replace("55113", "55114")
    assert sum(flow.count for flow in told(HEADER + start, HEADER + other).flows) == 2


@pytest.mark.parametrize(
    ("line", "blocked", "silent"),
    [
        (traffic("drop", action="drop", sent=60, received=0, packets=(1, 0)), True, True),
        (traffic("deny", action="reset-both"), True, False),
        (traffic("end", sent=78, received=0, packets=(1, 0)), False, True),
    ],
)
def test_what_came_back(told, line, blocked, silent):
    (flow,) = told(HEADER + line).flows
    assert flow.blocked is blocked
    assert (flow.packets_in == 0) is silent


@pytest.mark.parametrize(
    "header",
    ["", "<14>1 2026-11-26T16:09:08Z PA-220 - - - - ", "<14>Nov 26 16:09:08 PA-220 ", "2026,"],
)
def test_headers(told, header):
    assert len(told(header + traffic()).flows) == 1


def test_ping_has_no_ports_and_a_rule_may_have_a_comma(told):
    line = traffic(protocol="icmp", port=0, rule='"cameras, out"')
    (flow,) = told(HEADER + line).flows
    assert (flow.protocol, flow.port, flow.source_port) == ("icmp", None, None)


def test_the_precise_time_has_a_zone(told):
    rest = ",0,0,0,0,,PA-220,from-policy,,,0,,0,,N/A,0,0,0,0,,2026-11-26T16:09:07.443+08:00,,"
    record = told(HEADER + traffic(rest=rest))
    assert record.flows[0].last == pytest.approx(1795709347.443 - 8 * 3600)


def test_names_of_url_filtering(told):
    (flow,) = told(HEADER + url("cloud.example/"), HEADER + traffic()).flows
    assert (flow.name, flow.name_source, flow.bytes_out) == ("cloud.example", "sni", 1758)
    (flow,) = told(HEADER + url("Web.example:80/a,b?c", 80), HEADER + traffic(port=80)).flows
    assert (flow.name, flow.name_source) == ("web.example", "http-host")


def test_others_are_dropped_and_bad_lines_counted(told):
    keep = Keep(addresses=frozenset([packed_address("10.66.1.10")]))
    record = told(
        HEADER + traffic(),
        HEADER + traffic().replace("10.66.1.10", "10.66.1.99"),
        HEADER + traffic()[:120],
        HEADER + traffic().replace("10.66.1.10", "camera"),
        HEADER + traffic(protocol="what?"),
        keep=keep,
    )
    assert len(record.flows) == 1
    assert (record.sources[0].count, record.sources[0].bad) == (5, 3)


@given(st.text(), st.integers(0, 500), st.integers(0, 500))
def test_fuzz_lines(text, start, end):
    book = FlowLedger("x", Keep(), NameTable(), unit="lines")
    read = parser(book)
    sample = traffic()
    for line in (text, sample[:start] + text + sample[end:], url(text), traffic(rest=text)):
        is_mine(line)
        read.line(1, line, LogClock(1.8e9))
    read.finish()
    list(book.totals.flows("x"))
