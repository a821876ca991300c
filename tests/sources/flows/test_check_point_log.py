"""Records as the samples of R80 and R81 in github.com/elastic/integrations packages/checkpoint are
formed, shortened, in our own addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows import held_sessions
from camscan.sources.flows.check_point_log import is_mine, parser
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import packed_address

HEAD = "<134>1 2026-11-26T19:13:35Z gw-da58d3 CheckPoint 7776 - "
UID = "{0x5e819dc3,0x0,0x353707c7,0xee78a1dc}"


def record_of(action="Accept", more="", port=443, protocol=6, time="1795720415", uid=UID):
    return (
        f'{HEAD}[action:"{action}"; flags:"444676"; ifdir:"inbound"; ifname:"eth0"; logid:"0"; '
        f'loguid:"{uid}"; origin:"192.168.1.100"; originsicname:"cn=cp_mgmt,o=gw..tmn8s8"; '
        f'time:"{time}"; version:"5"; __policy_id_tag:"product=VPN-1 & FireWall-1[db_tag={{88}};'
        f'policy_name=Standard\\]"; dst:"36.110.1.1"; inzone:"Internal"; rule_action:"{action}"; '
        f'product:"VPN-1 & FireWall-1"; proto:"{protocol}"; s_port:"43103"; service:"{port}"; '
        f'service_id:"https"; src:"10.66.1.10"{more}]'
    )


UPDATE = (
    f'{HEAD}[action:"Accept"; logid:"6"; loguid:"{UID}"; origin:"192.168.1.100"; '
    'time:"1795720480"; bytes:"13820"; client_inbound_bytes:"7475"; client_inbound_packets:"15"; '
    'client_outbound_bytes:"6345"; client_outbound_packets:"22"; product:"Log Update"; '
    'start_time:"1795720415"]'
)


def test_an_accepted_connection(told):
    (flow,) = told(record_of()).flows
    assert (flow.source, flow.source_port, flow.peer, flow.port, flow.protocol) == (
        "10.66.1.10", 43103, "36.110.1.1", 443, "tcp"
    )  # fmt: skip
    assert (flow.first, flow.recorded_by, flow.blocked) == (1795720415.0, "check-point", False)
    assert (flow.packets_out, flow.packets_in, flow.bytes_out) == (None, None, None)


def test_an_update_tells_its_sizes(told):
    (flow,) = told(record_of(), UPDATE).flows
    assert (flow.count, flow.packets_out, flow.packets_in) == (1, 15, 22)
    assert (flow.bytes_out, flow.bytes_in) == (7475, 6345)
    assert (flow.first, flow.last) == (1795720415.0, 1795720480.0)
    assert told(UPDATE).flows == ()  # nobody says whose they are


@pytest.mark.parametrize("action", ["Drop", "Reject", "Block"])
def test_what_was_stopped(told, action):
    (flow,) = told(record_of(action)).flows
    assert (flow.blocked, flow.packets_in, flow.bytes_in) == (True, 0, 0)


def test_no_answer_and_other_times(told):
    more = '; client_inbound_packets:"3"; client_outbound_packets:"0"'
    (flow,) = told(record_of(more=more, time="1795720415500")).flows
    assert (flow.packets_out, flow.packets_in, flow.first) == (3, 0, 1795720415.5)
    (flow,) = told(record_of(time="2026-11-26T19:13:36Z", protocol=1)).flows
    assert (flow.first, flow.port) == (1795720415.0, None)  # of the line itself


@pytest.mark.parametrize(
    ("more", "source"),
    [
        ('; http_host:"Cloud.example"', "http-host"),
        ('; resource:"https://cloud.example/x"', "sni"),
        ('; tls_server_host_name:"cloud.example"', "sni"),
    ],
)
def test_names(told, more, source):
    (flow,) = told(record_of(more=more)).flows
    assert (flow.name, flow.name_source, flow.count) == ("cloud.example", source, 1)


def drop(packets, action="Drop"):
    return (
        f'{HEAD}[action:"{action}"; logid:"0"; loguid:"{UID}"; origin:"192.168.1.100"; '
        f'time:"1795720415"; drop_reason:"matched optimized drop"; rule_action:"{action}"; '
        f'packet_amount:"3"; packets:"{packets}"]'
    )


def test_packets_that_one_rule_dropped_are_told_together(told):
    packets = (
        " <10.66.1.10,45000,36.110.1.1,443,6;eth0> <10.66.1.10,45001,36.110.1.2,80,17>"
        " <10.66.1.99,45002,36.110.1.1,8080,6;eth0> <10.66.1.10,0,36.110.1.3,0,1;eth0>"
        " <10.66.1.10,99999,x,1,6> <10.66.1.10,1,36.110.1.1,2,999>"
    )
    keep = Keep(addresses=frozenset([packed_address("10.66.1.10")]))
    flows = told(drop(packets), drop(packets), keep=keep).flows
    assert {(flow.peer, flow.port, flow.protocol, flow.blocked, flow.count) for flow in flows} == {
        ("36.110.1.1", 443, "tcp", True, 1),
        ("36.110.1.2", 80, "udp", True, 1),
        ("36.110.1.3", None, "icmp", True, 1),
    }


def test_a_packet_of_a_connection_that_is_not_known_is_no_try(told):
    more = '; tcp_flags:"FIN-ACK"; tcp_packet_out_of_state:"First packet isn\'t SYN"'
    (flow,) = told(record_of("Drop", more=more)).flows
    assert (flow.peer, flow.port, flow.blocked, flow.packets_in) == ("36.110.1.1", 443, False, None)


OLD = (
    "<85>1 2026-11-26T14:13:35--5:00 172.16.2.9 CP-GW - Log [Fields@1.3.6.1.4.1.2620 "
    'inzone="DMZ" service_id="https" src="10.66.1.10" dst="36.110.1.1" proto="6" '
    'xlatesrc="198.51.100.4" xlatedst="" UP_match_table="TABLE_START" ROW_START="0" svc="443" '
    'sport_svc="56530" xlatedport_svc="" xlatesport_svc="28493" ProductFamily="Network" ]'
)


def test_fields_of_older_gateways(told):
    record = told(OLD)
    (flow,) = record.flows
    assert (flow.source, flow.source_port, flow.peer, flow.port, flow.protocol) == (
        "10.66.1.10", 56530, "36.110.1.1", 443, "tcp"
    )  # fmt: skip
    assert (flow.first, flow.blocked, flow.packets_in) == (1795720415.0, False, None)
    assert "zone" not in " ".join(skip.reason for skip in record.skips)
    (flow,) = told(
        OLD.replace("Log [Fields@1.3.6.1.4.1.2620", r'\g [Fields@1.3.6.1.4.1.2620 Action="drop"')
    ).flows
    assert flow.blocked


def test_others_and_what_is_bad(told):
    keep = Keep(addresses=frozenset([packed_address("10.66.1.10")]))
    record = told(
        record_of(),
        record_of().replace("10.66.1.10", "10.66.1.99"),
        record_of().replace("10.66.1.10", "camera"),
        f'{HEAD}[flags:"131104"; origin:"192.168.1.100"; operation:"Set Object"]',
        keep=keep,
    )
    assert len(record.flows) == 1
    assert (record.sources[0].count, record.sources[0].bad) == (4, 1)


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(held_sessions, "ROOM", 3)
    book = FlowLedger("x", Keep(), NameTable(), unit="lines")
    read = parser(book)
    for number in range(10):
        read.line(1, record_of(uid=str(number)), LogClock(1.8e9))
        assert len(read._sessions) <= 3
    read.finish()
    assert book.kept == 10


@given(st.text(), st.integers(0, 600), st.integers(0, 600))
def test_fuzz_lines(text, start, end):
    book = FlowLedger("x", Keep(), NameTable(), unit="lines")
    read = parser(book)
    for sample in (record_of(), UPDATE, OLD, drop("<10.66.1.10,1,1.1.1.1,2,6>"), drop(text)):
        for line in (text, sample[:start] + text + sample[end:], sample):
            is_mine(line)
            read.line(1, line, LogClock(1.8e9))
    read.finish()
    list(book.totals.flows("x"))
