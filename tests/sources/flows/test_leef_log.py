"""Events as Palo Alto's "Traffic LEEF Fields" and samples of Check Point are formed, shortened, in
our own addresses."""

from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.leef_log import is_mine, parser
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import packed_address

PALO_ALTO = (
    "Nov 26 19:10:35 gke 2557 <14>1 2026-11-26T19:10:35.059Z stream logforwarder - panwlogs - "
    "LEEF:2.0|Palo Alto Networks|Next Generation Firewall|10.1|allow| |"
    "TimeReceived=2026-11-26T19:10:35.000000Z DeviceSN=0128 cat=traffic SubType=end "
    "devTime=2026-11-26T19:10:33.000000Z src=10.66.1.10 dst=36.110.1.1 srcPostNAT=198.51.100.4 "
    "SessionID=378400 srcPort=30217 dstPort=443 proto=tcp Bytes=1662791 srcBytes=1011460 "
    "dstBytes=651331 SessionDuration=21 srcPackets=773 dstPackets=523"
)
CHECK_POINT = (
    "LEEF:2.0|Check Point|VPN-1 & FireWall-1|1.0|Decrypt|cat=VPN-1 & FireWall-1\t"
    "devTime=1795720235\tsrcPort=35354\taction=Decrypt\tifdir=inbound\torigin=192.168.122.96\t"
    "dst=36.110.1.2\tproto=6\trule=32\tscheme:=IKE\tservice=8140\tsrc=10.66.1.10"
)
OTHER = (
    "<13>1 2026-11-26T19:10:35Z fw LEEF:1.0|Maker|Firewall|1.0|Denied|src=10.66.1.10\t"
    "dst=36.110.1.3\tproto=UDP\tsrcPort=40000\tdstPort=8800\tsrcBytes=5\tdstBytes=6\t"
    "srcMAC=c4:2f:90:00:00:01"
)


def test_palo_alto(told):
    (flow,) = told(PALO_ALTO.replace("=end", "=start"), PALO_ALTO).flows
    assert (flow.source, flow.source_port, flow.peer, flow.port, flow.protocol) == (
        "10.66.1.10", 30217, "36.110.1.1", 443, "tcp"
    )  # fmt: skip
    assert (flow.count, flow.bytes_out, flow.bytes_in) == (1, 1011460, 651331)
    assert (flow.packets_out, flow.packets_in, flow.recorded_by) == (773, 523, "leef")
    (flow,) = told(PALO_ALTO.replace("|allow|", "|drop-reset|")).flows
    assert flow.blocked


def test_pan_os_itself(told):
    line = (
        "<14>Nov 26 19:10:35 pa LEEF:1.0|Palo Alto Networks|PAN-OS Syslog Integration|10.1.5-h1|"
        "allow|cat=TRAFFIC|ReceiveTime=2026/11/26 19:10:35|SerialNumber=0164|Type=TRAFFIC|"
        "Subtype=end|devTime=Nov 26 2026 19:10:35 GMT|src=10.66.1.10|dst=36.110.1.1|usrName=|"
        "SessionID=2084224|srcPort=60400|dstPort=80|proto=tcp|action=allow|totalBytes=994|"
        "dstBytes=461|srcBytes=533|totalPackets=10|ElapsedTime=7|URLCategory=not-resolved"
    )
    (flow,) = told(line.replace("=end", "=start"), line).flows
    assert (flow.count, flow.bytes_out, flow.bytes_in, flow.packets_out) == (1, 533, 461, None)
    assert (flow.first, flow.last) == (1795720228.0, 1795720235.0)


def test_check_point(told):
    (flow,) = told(CHECK_POINT).flows
    assert (flow.peer, flow.port, flow.source_port, flow.first) == (
        "36.110.1.2", 8140, 35354, 1795720235.0
    )  # fmt: skip
    (flow,) = told(CHECK_POINT.replace("\t", "#011").replace("Decrypt", "Drop")).flows
    assert flow.blocked


def test_any_other_is_of_unknown_size(told):
    (flow,) = told(OTHER, OTHER).flows
    assert (flow.peer, flow.port, flow.protocol, flow.count) == ("36.110.1.3", 8800, "udp", 1)
    assert (flow.blocked, flow.bytes_out, flow.source_mac) == (True, None, "c4:2f:90:00:00:01")


def test_bad_lines_and_others(told):
    keep = Keep(addresses=frozenset([packed_address("10.66.1.10")]))
    record = told(
        OTHER,
        OTHER.replace("10.66.1.10", "10.66.1.99"),
        OTHER.replace("10.66.1.10", "camera"),
        OTHER[: OTHER.index("Denied")],
        keep=keep,
    )
    assert len(record.flows) == 1
    assert (record.sources[0].count, record.sources[0].bad) == (4, 2)


@given(st.text(), st.integers(0, 500), st.integers(0, 500))
def test_fuzz_lines(text, start, end):
    book = FlowLedger("x", Keep(), NameTable(), unit="lines")
    read = parser(book)
    for sample in (PALO_ALTO, CHECK_POINT, OTHER):
        for line in (text, sample[:start] + text + sample[end:], sample + text):
            is_mine(line)
            read.line(1, line, LogClock(1.8e9))
    read.finish()
    list(book.totals.flows("x"))
