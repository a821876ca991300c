"""Lines: elastic/integrations packages/iptables (test-iptables-raw.log, test-ubiquiti.log) and
docs.logzilla.net/LogZilla_Appstore/Ubiquiti; one is made after nf_log's form with nft's prefix."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.flow import Origin
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.netfilter_log import is_mine, parser
from camscan.sources.flows.syslog_line import LogClock

DROP = (
    "Jan  8 03:37:09 example-host kernel: iptables DROP_INPUT: IN=eth0 OUT= "
    "MAC=90:10:35:5a:1e:3a:90:10:9e:ec:2c:71:08:00 SRC=81.2.69.143 DST=172.16.54.114 LEN=52 "
    "TOS=0x00 "
    "PREC=0x00 TTL=115 ID=15743 DF PROTO=TCP SPT=17805 DPT=445 WINDOW=8192 RES=0x00 SYN URGP=0 "
)
WAN_OUT = (
    "Jan  5 20:17:01 MainFirewall kernel: [WAN_OUT-2000-A]IN=eth0 OUT=eth2 "
    "MAC=90:10:20:76:8d:20:90:10:24:67:f4:89:08:00 SRC=192.168.134.158 DST=192.168.2.25 LEN=265 "
    "TOS=0x00 PREC=0x00 TTL=63 ID=51768 DF PROTO=TCP SPT=43189 DPT=443 WINDOW=159 RES=0x00 ACK "
    "PSH URGP=0"
)
DESCRIBED = (
    'Nov 20 10:00:00 UDM DESCR="[WAN_LOCAL]Block All Other Tra" IN=eth8 OUT= '
    "MAC=f4:92:bf:72:e4:fc:cc:79:d7:46:ce:af:08:00 SRC=80.64.30.221 DST=206.196.19.4 LEN=40 TOS=00 "
    "PREC=0x00 TTL=242 ID=55856 PROTO=TCP SPT=44761 DPT=47838 SEQ=2867950570 ACK=0 WINDOW=1024 SYN "
    "URGP=0 MARK=1a0000"
)
QUOTING = (
    "Jan  8 03:37:09 DENY: IN=eth0 OUT= MAC=90:10:28:5f:62:24:90:10:18:5a:89:2a:08:00 "
    "SRC=192.168.2.71 "
    "DST=192.168.2.83 LEN=88 TOS=0x00 PREC=0x00 TTL=118 ID=21684 PROTO=ICMP TYPE=3 CODE=3 "
    "[SRC=192.168.2.83 DST=192.168.173.191 LEN=60 TOS=0x00 PREC=0x00 TTL=54 ID=0 DF PROTO=UDP "
    "SPT=21458 "
    "DPT=62936 LEN=40 ]"
)
V6 = (
    "Jan 22 10:52:34 ubuntu-bionic kernel: [  307.757925] IN= OUT=enp0s3 "
    "MAC=90:10:12:34:56:78:90:10:aa:bb:cc:dd:86:dd SRC=fe80:0000:0000:0000:0084:88ff:feae:790a "
    "DST=ff02:0000:0000:0000:0000:0000:0000:0016 LEN=96 TC=0 HOPLIMIT=1 FLOWLBL=0 PROTO=ICMPv6 "
    "TYPE=143 "
    "CODE=0 MARK=0xd4"
)
CUT = (
    "May  5 20:46:45 My-Office-Gateway user.info kernel: TTL=126 ID=15317 DF PROTO=TCP SPT=59344 "
    "DPT=443 "
    "WINDOW=8212 RES=0x00 ACK PSH URGP=0",
    "May  5 20:46:46 My-Office-Gateway user.info kernel: L=126 ID=8698 DF PROTO=TCP SPT=88 "
    "DPT=51179 "
    "WINDOW=2053 RES=0x00 ACK URGP=0",
)
NFT = (
    "2026-11-20T10:00:00+00:00 gw kernel: [16571.459614] {prefix}IN=br0 OUT=eth8 "
    "MAC=90:10:20:76:8d:20:c4:2f:90:00:00:01:08:00 SRC=10.66.1.10 DST=36.110.1.1 LEN=60 TOS=0x00 "
    "PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=40000 DPT=443 WINDOW=64240 RES=0x00 SYN URGP=0"
)


def test_a_dropped_syn(told):
    (flow,) = told(DROP).flows
    assert (flow.source, flow.peer, flow.port, flow.protocol) == (
        "81.2.69.143", "172.16.54.114", 445, "tcp"
    )  # fmt: skip
    assert (flow.blocked, flow.packets_out, flow.packets_in, flow.bytes_out) == (True, 1, 0, 52)
    assert (flow.origin, flow.source_mac) == (Origin.SYN, "90:10:9e:ec:2c:71")


def test_unifi_accepts_and_counts_a_connection_once(told):
    (flow,) = told(WAN_OUT, WAN_OUT.replace("LEN=265", "LEN=52")).flows
    assert (flow.port, flow.count, flow.blocked, flow.packets_out) == (443, 1, False, None)
    assert flow.origin is Origin.PORTS


@pytest.mark.parametrize(
    ("prefix", "blocked"),
    [
        ("", False),
        ("nft-drop: ", True),
        ("[UFW BLOCK] ", True),
        ("[UFW ALLOW] ", False),
        ("REJECTED ", True),
        ("Denied cameras ", True),
        ("Backdrop ", False),
        ("FORWARD ACCEPT ", False),
        ("[CAM_IN-3001-D]", True),
        ("[CAM_IN-3001-R]", True),
        ("[CAM_IN-D-3001] DESCR=\"no rule description\" ", True),
        ('[LAN_CUSTOM1-A-10000] DESCR="Block list" ', False),
        ("[LAN_LOCAL-RET-2147483647] ", False),
    ],
)  # fmt: skip
def test_what_was_done_is_in_the_prefix(told, prefix, blocked):
    record = told(NFT.format(prefix=prefix))
    (flow,) = record.flows
    assert flow.blocked is blocked
    assert flow.source_mac == "c4:2f:90:00:00:01"
    assert record.skips == ()


def test_a_host_name_says_nothing_of_what_was_done(told):
    (flow,) = told(NFT.format(prefix="").replace(" gw kernel: [16571.459614] ", " drop-gw ")).flows
    assert not flow.blocked


def test_two_chains_that_log_one_packet(told):
    lan = NFT.format(prefix="[CAM_IN-1-A]")
    assert told(lan, NFT.format(prefix="[WAN_OUT-2-A]")).flows[0].count == 1
    (flow,) = told(lan, NFT.format(prefix="[WAN_OUT-2-D]")).flows
    assert (flow.count, flow.blocked) == (1, True)


def test_descr_of_newer_gateways(told):
    (flow,) = told(DESCRIBED).flows
    assert (flow.port, flow.blocked) == (47838, True)


def test_an_icmp_error_is_not_the_packet_that_it_quotes(told):
    (flow,) = told(QUOTING).flows
    assert (flow.source, flow.protocol, flow.port) == ("192.168.2.71", "icmp", None)
    assert (flow.origin, flow.blocked) == (Origin.UNKNOWN, False)


def test_ipv6(told):
    (flow,) = told(V6).flows
    assert (flow.source, flow.protocol) == ("fe80::84:88ff:feae:790a", "icmpv6")
    assert flow.source_mac == "90:10:aa:bb:cc:dd"


def test_lines_that_are_cut_at_the_front_are_counted(told):
    record = told(DROP, *CUT)
    assert len(record.flows) == 1
    assert (record.sources[0].count, record.sources[0].bad) == (3, 2)
    assert "line 2: its addresses are cut off" in [skip.reason for skip in record.skips]


def test_a_line_cut_within_the_mac_still_counts(told):
    (flow,) = told("May  5 20:46:45 gw kernel: " + WAN_OUT.partition(":8d:")[2]).flows
    assert (flow.peer, flow.source_mac) == ("192.168.2.25", None)


@given(
    st.lists(
        st.one_of(
            st.text(max_size=8),
            st.sampled_from(["SRC=10.0.0.1", "DST=::1", "PROTO=TCP", "SPT=1 DPT=2", "SYN", "["]),
        ),
        max_size=25,
    ),
    st.integers(0, 300),
)
def test_fuzz_lines(words, cut):
    book = FlowLedger("x", Keep(), NameTable(), unit="lines")
    read = parser(book)
    clock = LogClock(1.8e9)
    text = " ".join(words)
    for line in (text, DROP[:cut] + text, text + DROP[cut:], DROP[:cut] + text + DROP[cut:]):
        is_mine(line)
        read.line(1, line, clock)
    read.finish()
    list(book.totals.flows("x"))
