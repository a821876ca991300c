"""eve.json: events in our own words, and files that Suricata 6.0.1, 7.0.10 and 8.0.7 themselves
wrote over one capture (data/README.md)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.flow import Origin
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.suricata import sniff
from camscan.sources.flows.total import packed_address
from tests.sources.flows.conversations import CAPTURE, TRAFFIC, conversations, octets
from tests.sources.flows.whole import read_flows

CAMERA, SERVER = "10.66.1.10", "36.110.1.1"


def event(kind, body=None, **changes):
    base = {
        "timestamp": "2026-03-05T14:05:26.500000+0000", "flow_id": 77, "in_iface": "eth0",
        "event_type": kind, "src_ip": CAMERA, "src_port": 40000, "dest_ip": SERVER,
        "dest_port": 443, "proto": "TCP",
    }  # fmt: skip
    if body is not None:
        base[kind] = body
    return base | changes


def flow(body=None, flags=("1b", "1b"), **changes):
    counters = {
        "pkts_toserver": 10, "pkts_toclient": 8, "bytes_toserver": 1420, "bytes_toclient": 9000,
        "start": "2026-03-05T14:05:20.000000+0000", "end": "2026-03-05T14:05:30.000000+0000",
        "age": 10, "state": "closed", "reason": "timeout", "alerted": False,
    }  # fmt: skip
    to_server, to_client = flags
    tcp = {"tcp_flags": "1b", "tcp_flags_ts": to_server, "tcp_flags_tc": to_client}
    return event("flow", counters | (body or {}), tcp=tcp, **changes)


def read(tmp_path, *events, keep=None):
    path = tmp_path / "eve.json"
    path.write_text("".join(json.dumps(each) + "\n" for each in events))
    return read_flows([str(path)], keep)


def test_the_name_of_a_flow(tmp_path):
    record = read(
        tmp_path,
        event("tls", {"sni": "A.example", "version": "TLS 1.3"}),
        event("tls", {"sni": "b.example"}, flow_id=78),
        flow(), flow(flow_id=78), flow(flow_id=79),
        event("quic", {"version": "1", "sni": "q.example"}, flow_id=80, proto="UDP"),
        event("http", {"hostname": "web.example", "url": "/"}, flow_id=81, dest_port=80),
    )  # fmt: skip
    assert {(f.name, f.name_source, f.protocol, f.port, f.bytes_out) for f in record.flows} == {
        ("a.example", "sni", "tcp", 443, 1420),
        ("b.example", "sni", "tcp", 443, 1420),
        (None, None, "tcp", 443, 1420),
        ("q.example", "quic-sni", "udp", 443, None),
        ("web.example", "http-host", "tcp", 80, None),
    }


def test_what_a_flow_tells(tmp_path):
    record = read(tmp_path, flow(ether={"src_macs": ["c4:2f:90:00:00:01"], "dest_macs": []}))
    (found,) = record.flows
    assert (found.source, found.peer, found.port, found.origin) == (CAMERA, SERVER, 443, Origin.SYN)
    assert (found.packets_out, found.packets_in, found.bytes_in) == (10, 8, 9000)
    assert (found.first, found.last) == (1772719520.0, 1772719530.0)
    assert found.source_mac == "c4:2f:90:00:00:01"


@pytest.mark.parametrize(
    ("body", "flags", "silent", "refused", "blocked"),
    [
        (
            {"pkts_toclient": 0, "bytes_toclient": 0, "state": "new"},
            ("02", "00"),
            True,
            False,
            False,
        ),
        ({"pkts_toclient": 1}, ("02", "14"), False, True, False),
        ({}, ("1f", "1f"), False, False, False),
        ({"pkts_toclient": 0, "action": "drop"}, ("02", "00"), True, False, True),
    ],
)
def test_what_came_back(tmp_path, body, flags, silent, refused, blocked):
    (found,) = read(tmp_path, flow(body, flags)).flows
    assert (found.packets_in == 0, found.refused, found.blocked) == (silent, refused, blocked)


def test_a_flow_seen_from_its_middle_is_turned_by_its_ports(tmp_path):
    ends = {"src_ip": SERVER, "src_port": 443, "dest_ip": CAMERA, "dest_port": 40000}
    (found,) = read(tmp_path, flow({}, ("18", "18"), **ends)).flows
    assert (found.source, found.peer, found.port, found.origin) == (
        CAMERA, SERVER, 443, Origin.PORTS,
    )  # fmt: skip
    assert (found.bytes_out, found.bytes_in) == (9000, 1420)


def test_netflow_events_are_joined_and_stand_beside_flow_events(tmp_path):
    there = event("netflow", {"pkts": 3, "bytes": 300, "start": "2026-03-05T14:05:20+0000",
                              "end": "2026-03-05T14:05:21+0000", "age": 1})  # fmt: skip
    back = there | {
        "src_ip": SERVER, "src_port": 443, "dest_ip": CAMERA, "dest_port": 40000,
        "netflow": there["netflow"] | {"pkts": 9, "bytes": 900},
    }  # fmt: skip
    (found,) = read(tmp_path, there, back).flows
    assert (found.packets_out, found.packets_in, found.bytes_in) == (3, 9, 900)
    record = read(tmp_path, flow(), there, back)
    assert {found.recorded_by for found in record.flows} == {"suricata", "suricata netflow"}


@pytest.mark.parametrize("old", [True, False])
def test_dns_as_old_and_new_versions_write_it(tmp_path, old):
    asked = event("dns", {"type": "query", "id": 5, "rrname": "a.example", "rrtype": "A"},
                  dest_ip="10.66.0.5", dest_port=53, proto="UDP")  # fmt: skip
    answer = asked | {
        "dns": {"type": "answer", "rrname": "a.example", "rrtype": "A", "rdata": SERVER}
    }
    if old:  # as it travels
        answer |= {"src_ip": "10.66.0.5", "src_port": 53, "dest_ip": CAMERA, "dest_port": 40000}
    local = asked | {"dest_port": 5353, "dns": {"type": "query", "rrname": "camera.local"}}
    record = read(tmp_path, asked, answer, local, flow(timestamp="2026-03-05T14:09:26+0000"))
    (found,) = record.flows
    assert (found.name, found.name_source) == ("a.example", "dns")
    assert record.resolving == {CAMERA}


def test_only_the_inventory_and_bad_lines(tmp_path):
    keep = Keep(addresses=frozenset([packed_address(CAMERA)]))
    alert = event("alert", {"signature": "x"})
    record = read(
        tmp_path,
        flow(),
        flow(src_ip="10.66.1.99"),
        alert,
        event("stats", {}),
        flow({"pkts_toserver": -1}),
        {"event_type": "flow", "flow": 3},
        keep=keep,
    )
    assert [found.source for found in record.flows] == [CAMERA]
    (source,) = record.sources
    assert (source.unit, source.count, source.bad) == ("events", 6, 2)


def test_content_tells_the_format():
    assert sniff(json.dumps(flow()).encode())
    assert not sniff(b'{"target":"x","field":"event_type"}')
    assert not sniff(b"event_type")


@given(st.binary(max_size=100))
def test_fuzz_sniff(data):
    sniff(data)
    sniff(b'{"event_type":' + data)


@pytest.fixture(scope="module")
def captured():
    return read_flows([str(CAPTURE)])


@pytest.mark.parametrize("version", ["6.0.1", "7.0.10", "8.0.7"])
def test_what_suricata_itself_wrote_agrees_with_the_capture(captured, version):
    record = read_flows([str(TRAFFIC / f"suricata-{version}-eve.json")])
    ours, theirs = conversations(captured), conversations(record)
    if version == "6.0.1":  # knows no QUIC: these peers have the name of their DNS answer
        quic = ("10.77.0.40", "10.77.0.41", 443, "udp")
        assert {name for name, _ in ours[quic].names} == {"one.example", "two.example"}
        ours[quic] = ours[quic]._replace(names=frozenset({("cam.example", "dns")}))
    assert theirs == ours
    assert octets(record, frame=14) == octets(captured)  # it counts frames
    assert record.answers == captured.answers
    (source,) = record.sources
    assert (source.kind, source.bad, source.complete) == ("suricata", 0, True)
    assert record.skips == ()


def test_of_a_peer_that_only_icmp_errors_came_from_nothing_came_back(captured):
    record = read_flows([str(TRAFFIC / "suricata-8.0.7-eve.json")])
    (flow,) = [flow for flow in record.flows if (flow.peer, flow.port) == ("10.77.0.41", 9999)]
    assert (flow.refused, flow.packets_in, flow.bytes_in) == (True, 0, 0)
    (flow,) = [flow for flow in record.flows if (flow.peer, flow.port) == ("203.0.113.9", 9999)]
    assert (flow.refused, flow.packets_in) == (False, 0)


@pytest.mark.parametrize(
    ("proto", "protocol", "port"), [("17", "udp", 443), ("006", "tcp", 443), ("132", "sctp", 443)]
)
def test_protocols_that_it_has_no_names_for(tmp_path, proto, protocol, port):
    (found,) = read(tmp_path, flow(proto=proto)).flows
    assert (found.protocol, found.port) == (protocol, port)


def test_the_host_that_a_proxy_is_asked_for(tmp_path):
    asked = {"hostname": "far.example", "url": "far.example:443", "http_method": "CONNECT"}
    (found,) = read(tmp_path, event("http", asked), flow()).flows
    assert (found.name, found.name_source) == ("far.example", "http-connect")
