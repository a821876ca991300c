import pytest

from camscan.model.flow import Origin
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.stated_name import Stated, StatedNames
from camscan.sources.flows.zeek_conn import ConnLine, ZeekConnections

CAMERA, SERVER = "10.66.1.10", "36.110.1.1"


def conn(**changes):
    line = ConnLine(
        ts=100.0, uid="C1", orig_h=CAMERA, orig_p=40_000, resp_h=SERVER, resp_p=443, proto="tcp",
        duration=2.0, state="SF", history="ShADadFf", orig_packets=4, resp_packets=3,
        orig_bytes=660, resp_bytes=1020, orig_mac=None, resp_mac=None, ip_proto=None,
    )  # fmt: skip
    return line._replace(**changes)


def flows(*lines, opened=(), names=()):
    ledger = FlowLedger("zeek", Keep(), NameTable())
    stated = StatedNames(ledger)
    for uid, name in names:
        stated.state(uid, Stated(CAMERA, SERVER, "tcp", 443, name, "sni", 1.0))
    connections = ZeekConnections(ledger, stated)
    for line in opened:
        connections.take_open(line)
    for line in lines:
        connections.take(line)
    connections.finish()
    return list(ledger.totals.flows("zeek"))


def test_a_whole_connection():
    (flow,) = flows(conn(orig_mac="c4:2f:90:00:00:01"))
    assert (flow.source, flow.peer, flow.port, flow.protocol) == (CAMERA, SERVER, 443, "tcp")
    assert (flow.packets_out, flow.packets_in, flow.bytes_out, flow.bytes_in) == (4, 3, 660, 1020)
    assert (flow.first, flow.last, flow.origin) == (100.0, 102.0, Origin.SYN)
    assert flow.source_mac == "c4:2f:90:00:00:01"


@pytest.mark.parametrize(
    ("state", "history", "packets_in", "refused"),
    [
        ("S0", "S", 0, False),
        ("RSTOS0", "SR", 0, False),
        ("SH", "SF", 0, False),
        ("REJ", "Sr", 1, True),
        ("RSTR", "ShADr", 3, False),
    ],
)
def test_what_came_back(state, history, packets_in, refused):
    (flow,) = flows(conn(state=state, history=history, resp_packets=packets_in))
    assert (flow.refused, flow.packets_in) == (refused, packets_in)


def test_the_originator_of_a_connection_seen_from_its_middle():
    # Zeek names whoever was heard first: here the server
    (flow,) = flows(conn(state="OTH", history="dDa", orig_h=SERVER, orig_p=443, resp_h=CAMERA, resp_p=40_000))  # fmt: skip  # noqa: E501
    assert (flow.source, flow.peer, flow.port, flow.origin) == (CAMERA, SERVER, 443, Origin.PORTS)
    assert (flow.bytes_out, flow.bytes_in) == (1020, 660)
    (flow,) = flows(conn(state="OTH", history="^dDa"))
    assert (flow.source, flow.origin) == (CAMERA, Origin.PORTS)
    (flow,) = flows(conn(state="OTH", history="Dd", resp_p=50_000))
    assert flow.origin is Origin.UNKNOWN


def test_udp_icmp_and_numbers():
    (flow,) = flows(conn(proto="udp", state="S0", history="D", resp_p=32_100, resp_packets=0))
    assert (flow.origin, flow.packets_in, flow.port) == (Origin.FIRST, 0, 32_100)
    (flow,) = flows(conn(proto="icmp", state="OTH", history="", orig_p=8, resp_p=0))
    assert (flow.protocol, flow.port, flow.origin) == ("icmp", None, Origin.FIRST)
    (flow,) = flows(conn(proto="icmp", orig_h="2001:db8::1", resp_h="2001:db8::2", orig_p=128))
    assert flow.protocol == "icmpv6"
    (flow,) = flows(conn(proto="unknown_transport", ip_proto=47))
    assert flow.protocol == "gre"
    assert flows(conn(proto="unknown_transport")) == []


def test_unset_counters_are_unknown():
    (flow,) = flows(conn(orig_bytes=None, resp_bytes=None))
    assert (flow.bytes_out, flow.bytes_in, flow.packets_out) == (None, None, 4)


def test_two_names_on_one_address_and_port_stay_apart():
    found = flows(
        conn(uid="C1"), conn(uid="C2"), conn(uid="C3"), conn(uid="C1x"),
        names=[("C1", "a.example"), ("C2", "b.example"), ("C3", "a.example")],
    )  # fmt: skip
    assert {(flow.name, flow.count) for flow in found} == {
        ("a.example", 2), ("b.example", 1), (None, 1),
    }  # fmt: skip


def test_records_of_open_connections_are_cumulative():
    opened = [conn(uid="L", duration=d, orig_bytes=int(d) * 100) for d in (10.0, 30.0, 20.0)]
    (flow,) = flows(opened=opened)
    assert (flow.count, flow.bytes_out, flow.last) == (1, 3000, 130.0)
    (flow,) = flows(conn(uid="L", duration=60.0, orig_bytes=9000), opened=opened)
    assert (flow.count, flow.bytes_out) == (1, 9000)
