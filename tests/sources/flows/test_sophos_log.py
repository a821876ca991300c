"""Lines of both formats as the samples of github.com/elastic/integrations packages/sophos are
formed, shortened, in our own addresses."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.sophos_log import is_mine, parser
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import packed_address

OLD = (
    'device="SFW" date=2026-07-01 time=14:16:19 timezone="BST" device_name="XG310" '
    'device_id=C44313350024 log_id=010101600001 log_type="Firewall" '
    'log_component="Firewall Rule" log_subtype="Allowed" status="Allow" priority=Information '
    'duration=30 fw_rule_id=2 user_name="" in_interface="PortA" out_interface="PortB" '
    "src_mac=c4:2f:90:00:00:01 src_ip=10.66.1.10 src_country_code=R1 dst_ip=36.110.1.1 "
    'dst_country_code=CHN protocol="UDP" src_port=59859 dst_port=53 sent_pkts=1 recv_pkts=2 '
    'sent_bytes=77 recv_bytes=105 tran_src_ip=198.51.100.1 connevent="Stop" connid="185246656"'
)


def central(event="Stop", subtype="Allowed", number="3153941760", port=443, counters=None):
    counted = counters if counters is not None else (
        "packets_sent=4  packets_received=2 bytes_sent=216 bytes_received=112 "
    )  # fmt: skip
    told = f'con_event="{event}" con_id="{number}" ' if event else ""
    return (
        'Nov 26 00:25:00 sophos device_name="SFW" timestamp="2026-11-26T18:25:00-0600" '
        'device_model="SFVH" device_serial_id="C01001BQC8TFFFF" log_id="010101600001" '
        f'log_type="Firewall" log_component="Firewall Rule" log_subtype="{subtype}" log_version=1 '
        'severity="Information" duration=18 in_interface="Port1" src_mac="C4:2F:90:00:00:01" '
        f'src_ip="10.66.1.10" src_country="R1" dst_ip="36.110.1.1" protocol="TCP" src_port=50875 '
        f'dst_port={port} {counted}{told}hb_status="No Heartbeat"'
    )


def web(url='url="https://cloud.example" ', domain='domain="cloud.example" ', port=443):
    return (
        'device_name="SFW" timestamp="2026-11-26T18:25:02-0600" device_serial_id="C01001BQC8TFFFF" '
        'log_id=050901616001 log_type="Content Filtering" log_component="HTTP" '
        f'log_subtype="Allowed" {url}src_ip="10.66.1.10" dst_ip="36.110.1.1" protocol="TCP" '
        f"src_port=50875 dst_port={port} bytes_sent=19591 bytes_received=2856085 {domain}"
    )


def test_the_device_format(told):
    (flow,) = told(OLD, zone=ZoneInfo("Europe/London")).flows
    assert (flow.source, flow.peer, flow.protocol, flow.port) == (
        "10.66.1.10", "36.110.1.1", "udp", 53
    )  # fmt: skip
    assert (flow.packets_out, flow.packets_in, flow.bytes_out, flow.bytes_in) == (1, 2, 77, 105)
    assert (flow.last, flow.last - flow.first) == (1782911779.0, 30)  # 13:16:19 UTC
    assert (flow.source_mac, flow.recorded_by) == ("c4:2f:90:00:00:01", "sophos")
    (flow,) = told(OLD.replace("BST", "GMT"), zone=ZoneInfo("Asia/Kolkata")).flows
    assert flow.last == 1782915379.0


def test_the_central_format(told):
    (flow,) = told(central()).flows
    assert (flow.packets_out, flow.packets_in, flow.bytes_out, flow.bytes_in) == (4, 2, 216, 112)
    assert flow.last == 1795739100.0
    assert not flow.blocked


def test_a_connection_is_told_up_to_three_times(told):
    start = central("Start", counters="")
    interim = central("Interim", counters="packets_sent=2 packets_received=1 bytes_sent=100 ")
    (flow,) = told(start, interim, central()).flows
    assert (flow.count, flow.bytes_out) == (1, 216)
    (flow,) = told(start, interim).flows
    assert (flow.count, flow.bytes_out) == (1, 100)
    (flow,) = told(central("Start", counters="packets_sent=0 packets_received=0 ")).flows
    assert (flow.packets_out, flow.packets_in) == (None, None)
    flows = told(start, central(number="7")).flows
    assert sum(flow.count for flow in flows) == 2


@pytest.mark.parametrize("event", ["", "Start"])
def test_denied_is_blocked(told, event):
    (flow,) = told(central(event, "Denied", counters="")).flows
    assert flow.blocked
    assert (flow.packets_out, flow.packets_in, flow.bytes_in) == (None, 0, 0)


def test_a_connection_without_an_answer(told):
    (flow,) = told(central(counters="packets_sent=3 packets_received=0 bytes_sent=180 ")).flows
    assert (flow.packets_out, flow.packets_in, flow.blocked) == (3, 0, False)


@pytest.mark.parametrize(
    ("line", "source"),
    [
        (web(), "sni"),
        (web('url="http://Cloud.example/a?b=c" ', port=80), "http-host"),
        (web('url="https://cloud.example:443/x" ', ""), "sni"),
    ],
)
def test_names_of_the_web_filter(told, line, source):
    port = 80 if source == "http-host" else 443
    (flow,) = told(line, central(port=port)).flows
    assert (flow.name, flow.name_source, flow.bytes_out) == ("cloud.example", source, 216)


def test_a_request_to_a_bare_address_is_no_name(told):
    line = web('url="http://36.110.1.1/x" ', 'domain="36.110.1.1" ', 80)
    assert told(line).flows == ()


def test_what_is_no_traffic_and_what_is_bad(told):
    error = OLD.replace('"Firewall Rule"', '"ICMP ERROR MESSAGE"')
    event = OLD.replace('log_type="Firewall"', 'log_type="Event"')
    bad = OLD.replace("src_ip=10.66.1.10", "src_ip=")
    keep = Keep(addresses=frozenset([packed_address("10.66.1.10")]))
    others = OLD.replace("10.66.1.10", "10.66.1.99")
    record = told(OLD, error, event, bad, others, keep=keep)
    assert len(record.flows) == 1
    assert (record.sources[0].count, record.sources[0].bad) == (5, 1)
    assert "line 4: has no addresses or no protocol" in [skip.reason for skip in record.skips]


@given(st.text(), st.integers(0, 700), st.integers(0, 700))
def test_fuzz_lines(text, start, end):
    book = FlowLedger("x", Keep(), NameTable(), unit="lines")
    read = parser(book)
    for sample in (OLD, central(), web(f'url="{text}" ')):
        for line in (text, sample[:start] + text + sample[end:], sample):
            is_mine(line)
            read.line(1, line, LogClock(1.8e9))
    read.finish()
    list(book.totals.flows("x"))
