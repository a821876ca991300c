"""Lines: elastic/integrations packages/pfsense (test-pfsense-bsd.log, test-opensense.log). Their
fields are those of docs.netgate.com, "Raw Filter Log Format"."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.flow import Origin
from camscan.sources.flows.filterlog import is_mine, parser
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import packed_address

SYN = (
    "<134>Jul  3 19:10:{second} filterlog[72237]: "
    "146,,,1535324496,{interface},match,{action},in,4,0x0,"
    ",63,12617,0,DF,6,tcp,60,10.170.12.50,1.1.1.1,{port},853,0,S,{sequence},,64240,,mss;sackOK;TS"
)


def syn(second="30", interface="igb1.12", action="block", port=49724, sequence=1891286705):
    return SYN.format(
        second=second, interface=interface, action=action, port=port, sequence=sequence
    )


UDP = (
    "<134>Jul  3 19:10:30 filterlog[72237]: "
    "176,,,1520797901,igb1.27,match,pass,in,4,0xb8,,64,58355,0,"
    "none,17,udp,76,10.170.27.27,216.229.4.66,40123,123,56"
)
V6 = (
    "<134>Dec 31 22:02:55 fw.example filterlog[15307]: "
    "6,,,1000000105,igb1.27,match,block,in,6,0x00,"
    "0xf6279,1,UDP,17,32,fe80::208:9bff:fef3:652b,ff02::1:2,546,547,32"
)
OPNSENSE = (
    '<134>1 2022-06-09T14:44:11-06:00 OPNsense.example.com filterlog 76404 - [meta sequenceId="1"] '
    "124,,,fae559338f65e11c53669fc3642c93c2,ixl1_vlan70,match,pass,out,4,0x0,,63,5687,0,DF,6,tcp,"
    "60,"
    "192.168.1.1,10.10.10.10,40370,80,0,S,3364871769,,65535,,mss;sackOK;TS;nop;wscale"
)
PING = (
    "<134>Jul  4 11:10:45 filterlog[72237]: "
    "176,,,1520797901,igb1.10,match,block,in,4,0x0,,64,62096,0,"
    "DF,1,icmp,84,10.100.10.30,142.250.114.105,request,37728,164"
)


def test_a_blocked_syn_is_a_try_without_answer(told):
    record = told(syn())
    (flow,) = record.flows
    assert (flow.source, flow.peer, flow.protocol, flow.port) == (
        "10.170.12.50", "1.1.1.1", "tcp", 853
    )  # fmt: skip
    assert flow.blocked
    assert (flow.packets_out, flow.packets_in, flow.bytes_out, flow.bytes_in) == (1, 0, 60, 0)
    assert (flow.origin, flow.source_port, flow.recorded_by) == (Origin.SYN, 49724, "filterlog")


def test_a_syn_that_is_sent_again_is_one_try_and_another_sequence_is_another():
    book, read = lines_parser()
    for second, sequence in (("30", 1), ("31", 1), ("33", 1), ("34", 2)):
        read.line(1, syn(second, sequence=sequence), LogClock(1.8e9))
    read.finish()
    (flow,) = book.totals.flows("x")
    assert (flow.count, flow.packets_out) == (2, 4)


def test_passed_connections_are_known_by_their_start_only(told):
    (flow,) = told(UDP).flows
    assert not flow.blocked
    assert (flow.packets_out, flow.packets_in, flow.bytes_out) == (None, None, None)
    assert (flow.origin, flow.port) == (Origin.PORTS, 123)


def test_one_packet_on_its_way_in_and_out_is_counted_once(told):
    (flow,) = told(syn(action="pass"), syn(interface="igb0", action="pass")).flows
    assert flow.count == 1
    (flow,) = told(syn(action="pass"), syn(interface="igb0", action="block")).flows
    assert (flow.count, flow.blocked, flow.packets_out) == (1, True, 1)


def test_ipv6_swaps_protocol_and_number_and_counts_no_header(told):
    (flow,) = told(V6, written=1.64e9).flows
    assert (flow.protocol, flow.source, flow.port) == ("udp", "fe80::208:9bff:fef3:652b", 547)
    assert flow.bytes_out == 72


def test_opnsense_label_and_rfc_5424(told):
    record = told(OPNSENSE)
    (flow,) = record.flows
    assert (flow.peer, flow.port) == ("10.10.10.10", 80)
    assert flow.first == 1654807451.0
    assert record.skips == ()
    comma = OPNSENSE.replace('sequenceId="1"', 'sequenceId="1,2,3,4,5,6,7,8,9"')
    assert told(comma).flows == record.flows


def test_values_without_a_header_have_the_time_of_the_file(told):
    record = told(syn().partition(": ")[2], written=1.7e9)
    assert record.flows[0].first == 1.7e9
    assert "no time" in record.skips[0].reason


def test_icmp(told):
    (flow,) = told(PING).flows
    assert (flow.protocol, flow.port, flow.blocked) == ("icmp", None, True)
    (flow,) = told(PING.replace("request", "unreachport")).flows
    assert (flow.blocked, flow.origin) == (False, Origin.UNKNOWN)


@pytest.mark.parametrize("flags", ["SA", "A", "FA", "R"])
def test_a_blocked_packet_in_the_middle_is_no_blocked_try(told, flags):
    (flow,) = told(syn().replace(",S,", f",{flags},")).flows
    assert not flow.blocked
    if flags == "SA":  # the answer to somebody else's SYN
        assert (flow.source, flow.port) == ("1.1.1.1", 49724)


def test_a_later_fragment_has_no_ports(told):
    (flow,) = told(UDP.replace("40123,123,56", "datalength=56")).flows
    assert flow.port is None


def test_broken_lines_are_counted_with_their_numbers(told):
    record = told(syn(), syn().partition(",1.1.1.1")[0], "<134>Jul  3 19:10:30 filterlog[1]: x")
    assert [skip.reason for skip in record.skips if skip.reason.startswith("line")] == [
        "line 2: ends before the addresses",
        "line 3: ends before the addresses",
    ]
    assert (record.sources[0].count, record.sources[0].bad) == (3, 2)


def test_only_wanted_devices_are_kept(told):
    keep = Keep(addresses=frozenset([packed_address("10.170.27.27")]))
    record = told(syn(), UDP, keep=keep)
    assert [flow.source for flow in record.flows] == ["10.170.27.27"]
    assert (record.count, record.kept) == (2, 1)


def test_names_in_other_programs_lines_are_not_taken_for_it():
    assert is_mine(syn())
    assert is_mine(OPNSENSE)
    assert not is_mine("Jan 20 00:00:00 dnsmasq[1]: query[A] filterlog.example from 192.0.2.7")


def lines_parser():
    book = FlowLedger("x", Keep(), NameTable(), unit="lines")
    return book, parser(book)


CELLS = st.lists(
    st.one_of(
        st.text(max_size=6),
        st.sampled_from(["4", "6", "in", "out", "tcp", "17", "10.0.0.1", "::1", "S", "block"]),
    ),
    max_size=30,
)


@given(CELLS, st.integers(0, 25))
def test_fuzz_lines(cells, cut):
    book = FlowLedger("x", Keep(), NameTable(), unit="lines")
    read = parser(book)
    clock = LogClock(1.8e9)
    whole = syn().split(",")
    for text in (
        ",".join(cells),
        f"filterlog[1]: {','.join(cells)}",
        ",".join(whole[:8] + cells),
        ",".join(whole[:cut] + cells + whole[cut:]),
    ):
        is_mine(text)
        read.line(1, text, clock)
    read.finish()
    list(book.totals.flows("x"))
