import pytest

from camscan.model.flow import Origin
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.one_way import OneWay, OneWayFlows

CAMERA, SERVER = "10.66.1.10", "36.110.1.1"
SYN, ACK, FIN, RST = 2, 16, 1, 4
OTHER = OneWay(1.0, 1.0, "17", "10.66.1.11", 4000, "10.66.0.5", 53, None, 1, 60)
OTHER_BACK = OneWay(1.1, 1.1, "17", "10.66.0.5", 53, "10.66.1.11", 4000, None, 1, 90)


def record(first=100.0, *, back=False, port=443, own=40_000, protocol="6", last=None, **more):
    ends = (CAMERA, own, SERVER, port)
    if back:
        ends = (SERVER, port, CAMERA, own)
    values = {"flags": None, "packets": 2, "bytes": 100} | more
    return OneWay(first, first if last is None else last, protocol, *ends, **values)


def flows(*records, two_way=True):
    ledger = FlowLedger("nfdump", Keep(), NameTable())
    joined = OneWayFlows(ledger)
    for each in (*((OTHER, OTHER_BACK) if two_way else ()), *records):
        joined.add(each)
    joined.finish()
    return [
        flow for flow in ledger.totals.flows("") if "10.66.1.11" not in (flow.source, flow.peer)
    ]


@pytest.mark.parametrize("turned", [False, True])
def test_both_directions_are_one_connection(turned):
    records = [record(100.0, last=120.0), record(100.5, back=True, packets=5, bytes=900)]
    (flow,) = flows(*(records[::-1] if turned else records))
    assert (flow.source, flow.peer, flow.port, flow.count) == (CAMERA, SERVER, 443, 1)
    assert (flow.packets_out, flow.packets_in, flow.bytes_out, flow.bytes_in) == (2, 5, 100, 900)
    assert (flow.first, flow.last, flow.origin) == (100.0, 120.0, Origin.PORTS)


def test_who_began_by_flags_ports_and_time():
    high = {"port": 50_001, "own": 50_000}
    (flow,) = flows(record(flags=SYN, **high))
    assert (flow.source, flow.origin, flow.packets_in) == (CAMERA, Origin.SYN, 0)
    both = [
        record(100.0, back=True, flags=SYN | ACK, **high),
        record(99.9, flags=SYN | ACK, **high),
    ]
    (flow,) = flows(*both)
    assert (flow.source, flow.origin) == (CAMERA, Origin.FIRST)
    (flow,) = flows(record(flags=ACK, **high), record(flags=ACK, back=True, **high))
    assert flow.origin is Origin.UNKNOWN
    udp = {"protocol": "17", "port": 32_100, "own": 32_100}
    (flow,) = flows(record(100.2, back=True, **udp), record(100.0, **udp))
    assert (flow.source, flow.origin) == (CAMERA, Origin.FIRST)
    (flow,) = flows(record(100.0, back=True, **udp), record(100.0, **udp))
    assert flow.origin is Origin.UNKNOWN
    relay = {"protocol": "17", "port": 6000}
    (flow,) = flows(record(100.0, back=True, **relay), record(100.0, **relay))
    assert (flow.source, flow.origin) == (CAMERA, Origin.PORTS)
    (flow,) = flows(record(100.0, back=True, protocol="17", port=53))
    assert (flow.source, flow.packets_out, flow.packets_in) == (CAMERA, 0, 2)


def test_a_mac_is_a_mac_and_no_name():
    (flow,) = flows(record(100.0, mac="44:19:b6:01:02:03"), record(100.1, back=True))
    assert (flow.source_mac, flow.name) == ("44:19:b6:01:02:03", None)


def test_refused_is_a_reset_that_answers_a_syn():
    (flow,) = flows(record(flags=SYN), record(100.1, back=True, flags=RST | ACK))
    assert flow.refused
    (flow,) = flows(
        record(flags=SYN | ACK | RST), record(100.1, back=True, flags=SYN | ACK | RST)
    )  # fmt: skip
    assert not flow.refused


def test_an_exporter_of_one_direction_cannot_know_what_came_back():
    (flow,) = flows(record(flags=SYN), two_way=False)
    assert (flow.packets_out, flow.packets_in, flow.bytes_in) == (2, None, None)
    (flow,) = flows(record(flags=SYN))
    assert (flow.packets_in, flow.bytes_in) == (0, 0)


def test_records_of_a_long_connection_are_one():
    parts = [record(100.0 + 60 * n, last=160.0 + 60 * n, flags=ACK) for n in range(5)]
    backs = [record(100.0 + 60 * n, last=160.0 + 60 * n, back=True) for n in range(5)]
    (flow,) = flows(*(each for pair in zip(parts, backs, strict=True) for each in pair))
    assert (flow.count, flow.packets_out, flow.packets_in, flow.starts) == (1, 10, 10, (100.0,))
    (flow,) = flows(record(100.0), record(1000.0))
    assert flow.count == 2
    (flow,) = flows(record(100.0, flags=SYN | FIN | ACK), record(130.0, flags=SYN | ACK))
    assert flow.count == 2


def test_ping_and_its_answer_are_one():
    ping = record(100.0, protocol="1", own=0, port=8 * 256)
    pong = OneWay(100.1, 100.1, "1", SERVER, 0, CAMERA, 0, None, 2, 90)
    for records in ((ping, pong), (pong, ping)):
        (flow,) = flows(*records)
        assert (flow.source, flow.port, flow.packets_in) == (CAMERA, None, 2)


def test_a_record_of_both_directions():
    (flow,) = flows(record(back_packets=7, back_bytes=700), two_way=False)
    assert (flow.packets_out, flow.packets_in, flow.bytes_in) == (2, 7, 700)


def test_memory_is_bounded_and_nothing_is_lost(monkeypatch):
    monkeypatch.setattr("camscan.sources.flows.one_way._OPEN", 16)
    found = flows(*(record(100.0 + n, own=40_000 + n, last=100.0 + n) for n in range(200)))
    assert sum(flow.count for flow in found) == 200
