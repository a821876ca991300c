"""Events of FortiGate, Palo Alto, Check Point and Forcepoint as their documents and the samples of
github.com/elastic/integrations packages/cef are formed, shortened, in our own addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.cef_log import is_mine, parser
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import packed_address


def fortigate(code="00013", out=3652, back=146668, duration=2, more="", act="close"):
    return (
        f"Nov 26 19:10:35 FGT-A CEF: 0|Fortinet|Fortigate|v6.0.3|{code}|traffic:forward {act}|3|"
        f"deviceExternalId=FGT5HD3915800610 FTNTFGTlogid=00000{code} cat=traffic:forward "
        "FTNTFGTsubtype=forward FTNTFGTvd=vdom1 FTNTFGTeventtime=1795720235 src=10.66.1.10 "
        "spt=54190 deviceInboundInterface=port12 dst=36.110.1.1 dpt=443 externalId=402 proto=6 "
        f"act={act} FTNTFGTdstcountry=United States sourceTranslatedAddress=172.16.200.1 "
        f"app=HTTPS FTNTFGTduration={duration} out={out} in={back} FTNTFGTsentpkt=58 "
        f"FTNTFGTrcvdpkt=105 {more}"
    )


def palo_alto(subtype="end", act="allow", kind="TRAFFIC", more=""):
    return (
        f"Nov 26 19:10:35 pa CEF:0|Palo Alto Networks|PAN-OS|10.1|{subtype}|{kind}|1|"
        "rt=Nov 26 2026 19:10:35 deviceExternalId=0128 src=10.66.1.10 dst=36.110.1.2 cs1Label=Rule "
        "cs1=a rule cn1Label=SessionID cn1=4711 spt=40000 dpt=443 proto=tcp "
        f"act={act} in=1758 out=5976 PanOSPacketsReceived=20 PanOSPacketsSent=16 "
        f"cn3Label=Elapsed time in seconds cn3=5 {more}"
    )


CHECK_POINT = (
    "CEF:0|Check Point|VPN-1 & FireWall-1|Check Point|Log|https|Unknown|act=Accept "
    "destinationTranslatedAddress=0.0.0.0 deviceDirection=0 rt=1795720235000 spt=49363 dpt=443 "
    "cs2Label=Rule Name layer_name=Network rule_action=Accept loguid={0x5bfc70fc,0x1} "
    "origin=192.168.101.254 originsicname=CN\\=R80 dst=36.110.1.3 product=VPN-1 & FireWall-1 "
    "proto=6 service_id=https src=10.66.1.10"
)
UPDATE = (
    "CEF:0|Check Point|Log Update|Check Point|Log|Log|Unknown|act=Accept rt=1795720240000 "
    "loguid={0x5bfc70fc,0x1} origin=192.168.101.254 client_inbound_bytes=7475 "
    "client_outbound_bytes=6345 client_inbound_packets=15 client_outbound_packets=22 "
    "start_time=1795720235"
)
FORCEPOINT = (
    "CEF:0|FORCEPOINT|Firewall|unknown|70019|Connection_Discarded|0|deviceExternalId=fw node 1 "
    "dvc=10.1.1.10 src=10.66.1.10 dst=36.110.1.4 spt=68 dpt=67 proto=17 "
    "deviceFacility=Packet Filtering rt=Nov 26 2026 19:10:35 app=BOOTPS (UDP)"
)


def test_fortigate_tells_a_long_session_again_and_again(told):
    lines = [fortigate("00020", 10, 20, 1), fortigate("00020", 100, 200, 2), fortigate()]
    (flow,) = told(*lines).flows
    assert (flow.source, flow.source_port, flow.peer, flow.port, flow.protocol) == (
        "10.66.1.10", 54190, "36.110.1.1", 443, "tcp"
    )  # fmt: skip
    assert (flow.count, flow.bytes_out, flow.bytes_in) == (1, 3652, 146668)
    assert (flow.packets_out, flow.packets_in, flow.recorded_by) == (58, 105, "cef")
    assert (flow.first, flow.last) == (1795720233.0, 1795720235.0)


def test_fortigate_denies_and_names(told):
    web = fortigate(more="dhost=cloud.example").replace("cat=traffic:forward", "cat=utm:webfilter")
    (flow,) = told(fortigate(act="deny"), web).flows
    assert (flow.blocked, flow.packets_in, flow.name, flow.name_source) == (
        True, 0, "cloud.example", "sni"
    )  # fmt: skip


def test_palo_alto_start_and_end_are_one_session(told):
    url = palo_alto("url", kind="THREAT", more='request="cloud.example/x"')
    (flow,) = told(palo_alto("start"), palo_alto(), url).flows
    assert (flow.count, flow.bytes_out, flow.bytes_in) == (1, 1758, 5976)
    assert (flow.packets_out, flow.packets_in, flow.name) == (16, 20, "cloud.example")
    assert flow.last - flow.first == 5
    (flow,) = told(palo_alto("deny", "deny")).flows
    assert flow.blocked


def test_check_point_and_its_update(told):
    (flow,) = told(CHECK_POINT, UPDATE).flows
    assert (flow.peer, flow.port, flow.source_port) == ("36.110.1.3", 443, 49363)
    assert (flow.bytes_out, flow.bytes_in, flow.packets_out, flow.packets_in) == (
        7475,
        6345,
        15,
        22,
    )
    assert (flow.first, flow.last) == (1795720235.0, 1795720240.0)


def test_of_others_it_is_known_that_they_tried(told):
    (flow,) = told(FORCEPOINT, FORCEPOINT).flows
    assert (flow.peer, flow.port, flow.protocol, flow.first) == (
        "36.110.1.4", 67, "udp", 1795720235.0
    )  # fmt: skip
    assert (flow.count, flow.blocked, flow.bytes_out) == (1, True, None)
    allowed = FORCEPOINT.replace("Connection_Discarded", "Connection_Allowed") + " in=5 out=6"
    (flow,) = told(allowed).flows
    assert (flow.blocked, flow.bytes_out, flow.packets_in) == (False, None, None)


def test_bad_lines_others_and_unifi(told):
    unifi = (
        "Nov 26 19:10:33 UDM CEF:0|Ubiquiti|UniFi Network|10.6.106|203|Blocked by Firewall|4|"
        "proto=TCP spt=48742 dpt=25 act=blocked dst=36.110.1.9 UNIFIsrcClientIp=10.66.1.10 msg=x"
    )
    keep = Keep(addresses=frozenset([packed_address("10.66.1.10")]))
    record = told(
        FORCEPOINT,
        unifi,
        FORCEPOINT.replace("10.66.1.10", "10.66.1.99"),
        FORCEPOINT.replace("10.66.1.10", "camera"),
        "CEF:0|FORCEPOINT|Firewall|cut",
        "CEF:0|FORCEPOINT|Firewall|6.6.1|0|Generic|0|msg=log server connection established",
        keep=keep,
    )
    assert {flow.peer for flow in record.flows} == {"36.110.1.4", "36.110.1.9"}
    assert {(source.kind, source.count, source.bad) for source in record.sources} == {
        ("cef", 5, 2), ("unifi", 1, 0)
    }  # fmt: skip


@given(st.text(), st.integers(0, 500), st.integers(0, 500))
def test_fuzz_lines(text, start, end):
    book = FlowLedger("x", Keep(), NameTable(), unit="lines")
    read = parser(book)
    for sample in (fortigate(), palo_alto(), CHECK_POINT, UPDATE, FORCEPOINT):
        for line in (text, sample[:start] + text + sample[end:], sample + text):
            is_mine(line)
            read.line(1, line, LogClock(1.8e9))
    read.finish()
    list(book.totals.flows("x"))


@pytest.mark.parametrize(
    "text", ["CEF:0|Ubiquiti|UniFi OS|4.3.6|admins|1|msg=x", "xCEF:0|a|b", "CEF"]
)
def test_what_is_not_of_this_kind(text):
    assert not is_mine(text)
