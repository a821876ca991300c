"""Lines: docs.fortinet.com, FortiGate Administration Guide, "Sample logs by log type" (the closed
session), and a ZTNA guide's `execute log display` (message 20); fields not read left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.flow import Origin
from camscan.sources.flows import held_sessions
from camscan.sources.flows.fortigate_log import is_mine, parser
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import packed_address
from tests.sources.flows.whole import read_flows

CLOSED = (
    'date=2019-05-10 time=11:37:47 logid="0000000013" type="traffic" subtype="forward" '
    'level="notice" '
    'vd="vdom1" eventtime=1557513467369913239 srcip=10.1.100.11 srcport=58012 srcintf="port12" '
    'srcintfrole="undefined" dstip=23.59.154.35 dstport=80 dstintf="port11" sessionid=105048 '
    "proto=6 "
    'action="close" policyid=1 policytype="policy" service="HTTP" dstcountry="Canada" '
    'srccountry="Reserved" trandisp="snat" transip=172.16.200.2 transport=58012 duration=116 '
    'sentbyte=1188 rcvdbyte=1224 sentpkt=17 rcvdpkt=16 utmaction="allow" countapp=1 osname="Ubuntu"'
)
RUNNING = (
    'date=2023-10-24 time=14:07:05 eventtime={at}469969117 tz="-0700" logid="0000000020" '
    'type="traffic" subtype="forward" level="notice" vd="root" srcip=10.212.134.200 srcport=51841 '
    'srcintf="ssl.root" dstip=10.100.77.200 dstport=80 dstintf="port2" sessionid=6656 proto=6 '
    'action="accept" policyid=5 service="HTTP" trandisp="noop" duration={duration} sentbyte={sent} '
    "rcvdbyte={received} sentpkt=9 rcvdpkt=7 sentdelta=1196 rcvddelta=1084 "
    'srcmac="c4:2f:90:00:00:01"'
)


def running(at=1698181625, duration=155, sent=1196, received=1084):
    return RUNNING.format(at=at, duration=duration, sent=sent, received=received)


def denied(**fields):
    text = CLOSED.replace('action="close"', 'action="deny"').replace("duration=116 ", "")
    return text.replace(
        "sentbyte=1188 rcvdbyte=1224 sentpkt=17 rcvdpkt=16", "sentbyte=0 rcvdbyte=0"
    )


def test_a_closed_session(told):
    (flow,) = told(CLOSED).flows
    assert (flow.source, flow.peer, flow.port) == ("10.1.100.11", "23.59.154.35", 80)
    assert (flow.packets_out, flow.packets_in) == (17, 16)
    assert (flow.bytes_out, flow.bytes_in) == (1188, 1224)
    assert flow.last == pytest.approx(1557513467.37, abs=0.01)
    assert flow.last - flow.first == pytest.approx(116)
    assert (flow.origin, flow.recorded_by) == (Origin.RECORDED, "fortigate")


def test_records_of_a_running_session_are_cumulative(told):
    record = told(
        running(1698181625, 155, 1000, 2000),
        running(1698181745, 275, 5000, 9000),
        running(1698181865, 395, 7000, 9999),
    )
    (flow,) = record.flows
    assert (flow.count, flow.bytes_out, flow.bytes_in) == (1, 7000, 9999)
    assert flow.last - flow.first == pytest.approx(395)
    assert flow.source_mac == "c4:2f:90:00:00:01"
    closed = running(1698181925, 455, 8000, 10_000).replace("0000000020", "0000000013")
    record = told(running(1698181625, 155, 1000, 2000), closed.replace('"accept"', '"close"'))
    (flow,) = record.flows
    assert (flow.count, flow.bytes_out) == (1, 8000)


def test_a_session_goes_on_in_the_next_file(told, tmp_path):
    told(running(1698181625, 155, 1000, 2000), name="a")
    record = told(running(1698181745, 275, 5000, 9000), name="b", written=1.9e9)
    record = read_flows([str(tmp_path)])
    (flow,) = record.flows
    assert (flow.count, flow.bytes_out) == (1, 5000)
    assert len(record.sources) == 2


def test_a_number_that_is_given_again_is_another_session(told):
    again = running(1698181745, 10, 70, 80)
    other = running(1698181745, 300, 70, 80).replace("51841", "51842")
    assert sum(flow.count for flow in told(running(), again).flows) == 2
    assert sum(flow.bytes_out for flow in told(running(), other).flows) == 1196 + 70


def test_denied_is_blocked(told):
    (flow,) = told(denied()).flows
    assert flow.blocked
    assert (flow.packets_in, flow.bytes_in, flow.packets_out) == (0, 0, None)


@pytest.mark.parametrize(
    ("action", "packets", "answered", "refused"),
    [
        ("timeout", 0, False, False),
        ("ip-conn", 0, False, False),
        ("server-rst", 1, False, True),
        ("server-rst", 9, True, False),
        ("dns", 1, True, False),
        ("client-rst", 4, True, False),
    ],
)
def test_how_sessions_end(told, action, packets, answered, refused):
    text = CLOSED.replace('"close"', f'"{action}"').replace("rcvdpkt=16", f"rcvdpkt={packets}")
    (flow,) = told(text).flows
    assert flow.refused is refused
    assert (flow.packets_in == 0) is (not answered and not refused)
    assert not flow.blocked


def test_times_without_eventtime(told):
    text = CLOSED.replace("eventtime=1557513467369913239", 'tz="-0700"')
    assert told(text).flows[0].last == 1557513467.0
    seconds = CLOSED.replace("1557513467369913239", "1557513467")
    assert told(f"<189>Nov 26 10:00:00 fw {seconds}").flows[0].last == 1557513467.0


def test_host_names_of_the_web_filter(told):
    web = (
        'date=2019-05-13 time=16:29:45 logid="0316013056" type="utm" subtype="webfilter" '
        'eventtype="ftgd_blk" vd="vdom1" eventtime=1557790184975119738 policyid=1 sessionid=381780 '
        'srcip=10.1.100.11 srcport=44258 dstip=23.59.154.35 dstport=80 proto=6 service="HTTP" '
        'hostname="www.Example.com" url="/"'
    )
    (flow,) = told(CLOSED, web).flows
    assert (flow.name, flow.name_source, flow.bytes_out) == ("www.example.com", "http-host", 1188)


def test_dns_records(told):
    dns = (
        'date=2019-05-15 time=15:05:49 logid="1501054802" type="utm" subtype="dns" '
        'eventtype="dns-response" vd="vdom1" eventtime=1557957949740931155 policyid=1 '
        "sessionid=6887 srcip=10.1.100.22 srcport=50002 dstip=172.16.100.100 dstport=53 proto=17 "
        'xid=57945 qname="fortinet.com" qtype="A" qtypeval=1 qclass="IN" '
        'ipaddr="54.183.57.55, 52.8.25.117" action="pass"'
    )
    assert told(dns).answers == {("10.1.100.22", "fortinet.com"): ("54.183.57.55", "52.8.25.117")}
    (flow,) = told(dns.replace('"pass"', '"block"')).flows
    assert flow.blocked


def test_records_without_addresses_are_counted(told):
    record = told(CLOSED, CLOSED.replace("srcip=10.1.100.11 ", ""))
    assert record.sources[0].bad == 1
    assert "line 2: has no addresses or no protocol" in [skip.reason for skip in record.skips]


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(held_sessions, "ROOM", 3)
    book = FlowLedger("x", Keep(), NameTable())
    read = parser(book)
    for number in range(10):
        read.line(1, running().replace("6656", str(number)), LogClock(1.8e9))
        assert len(read._sessions) <= 3
    read.finish()
    assert book.kept == 10


@given(
    st.lists(
        st.one_of(
            st.text(max_size=8),
            st.sampled_from(
                [
                    "logid=0000000020",
                    'type="traffic"',
                    "srcip=1.1.1.1",
                    "dstip=::1",
                    "proto=6",
                    "duration=9",
                    'qname="a"',
                    'hostname="x',
                    "action=deny",
                    "srcmac=zz",
                    "sessionid=1",
                ]
            ),
        ),
        max_size=25,
    ),
    st.integers(0, 600),
)
def test_fuzz_lines(words, cut):
    book = FlowLedger("x", Keep(), NameTable())
    read = parser(book)
    text = " ".join(words)
    for line in (text, CLOSED[:cut] + text, f"{text} {running()}", CLOSED[:cut] + text + running()):
        is_mine(line)
        read.line(1, line, LogClock(1.8e9))
    read.finish()
    list(book.totals.flows("x"))


def test_records_of_others_are_counted_with_their_times(told):
    keep = Keep(addresses=frozenset([packed_address("10.1.100.11")]))
    record = told(running(), CLOSED, keep=keep)
    assert [flow.source for flow in record.flows] == ["10.1.100.11"]
    (source,) = record.sources
    assert (source.count, source.bad) == (2, 0)
    assert source.last == pytest.approx(1698181625.47, abs=0.01)
