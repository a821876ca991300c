"""Lines as public parsers' tests and mindthelog.blogspot.com (2025-08) have them."""

from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.unifi_cef import is_mine, parser

BLOCK = (
    "Nov 20 10:00:00 Express CEF:0|Ubiquiti|UniFi Network|10.6.106|203|Blocked by Firewall|4|"
    "UNIFIcategory=Security UNIFIhost=Express 7 proto=TCP spt=48742 dpt=25 act=blocked app=SMTP "
    "UNIFIrisk=low UNIFIpolicyName=VL10 -> WAN - Drop All UNIFIdirection=outgoing "
    "dst=80.241.60.215 "
    "UNIFIsrcClientAlias=Backup Server UNIFIsrcClientIp=10.10.10.9 "
    "UNIFIsrcClientMac=bc:24:11:63:4c:59 UNIFIdstDomain=mx.example.org UNIFIflowId=null "
    "msg=Backup Server was blocked from accessing 80.241.60.215 src=9.9.9.9"
)
THREAT = (
    "<4>Jun 24 15:22:05 UCG-Max CEF:0|Ubiquiti|UniFi Network|10.4.57|201|Threat Detected and "
    "Blocked|7|"
    "UNIFIcategory=Security src=203.0.113.5 dst=198.51.100.10 proto=TCP spt=55000 dpt=443 "
    "act=blocked"
)
ADMIN = (
    "Aug 05 20:34:54 pandora CEF:0|Ubiquiti|UniFi OS|4.3.6|admins|1|msg=mindthelog accessed the "
    "UniFi "
    "OS via unifi.ui.com. Source IP: 1.2.3.4"
)


def test_a_blocked_connection(told):
    (flow,) = told(BLOCK).flows
    assert (flow.source, flow.peer, flow.port) == ("10.10.10.9", "80.241.60.215", 25)
    assert (flow.blocked, flow.packets_in, flow.packets_out) == (True, 0, None)
    assert (flow.source_mac, flow.source_port) == ("bc:24:11:63:4c:59", 48742)
    assert (flow.name, flow.name_source) == ("mx.example.org", "firewall")


def test_threats_and_events_without_addresses(told):
    record = told(THREAT, ADMIN.replace("pandora", "UCG-Max"))
    (flow,) = record.flows
    assert (flow.source, flow.port, flow.blocked) == ("203.0.113.5", 443, True)
    assert (record.sources[0].kind, record.sources[0].count, record.sources[0].bad) == (
        "unifi",
        2,
        0,
    )


@given(st.text(), st.integers(0, 500), st.integers(0, 500))
def test_fuzz_lines(text, start, end):
    book = FlowLedger("x", Keep(), NameTable())
    read = parser(book)
    for line in (text, BLOCK[:start] + text + BLOCK[end:], f"CEF:0|Ubiquiti|UniFi Network|{text}"):
        is_mine(line)
        read.line(1, line, LogClock(1.8e9))
    list(book.totals.flows("x"))
