import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camscan.model.flow import Origin
from camscan.sources import pcap
from camscan.sources.flows.table import FlowTable
from camscan.sources.stream import ByteStream
from tests.sources.flows import quic

CAMERA, SERVER, RESOLVER = "10.66.1.10", "36.110.1.1", "10.66.0.53"


def table_of(wire, frames, *, wanted=None, macs=frozenset(), linktype=1, **more):
    addresses = None if wanted is None else frozenset(wire.packed(a) for a in wanted)
    table = FlowTable(addresses, macs, **more)
    stream = ByteStream(io.BytesIO(wire.pcap(frames, linktype=linktype)), "x")
    table.feed(pcap.packets(stream.chunk(), stream, pytest.fail))
    table.finish()
    return table


def flows(wire, frames, **kind):
    return list(table_of(wire, frames, **kind).totals.flows("pcap"))


def test_a_connection_from_its_syn(wire):
    line = wire.Line()
    line.connect(CAMERA, SERVER, 443, name="a.example", out=3000, back=1500)
    (flow,) = flows(wire, line.frames)
    assert (flow.source, flow.peer, flow.port, flow.protocol) == (CAMERA, SERVER, 443, "tcp")
    assert (flow.name, flow.name_source, flow.origin) == ("a.example", "sni", Origin.SYN)
    hello = len(wire.client_hello("a.example"))
    assert (flow.packets_out, flow.bytes_out) == (6, 6 * 40 + hello + 3000)
    assert (flow.packets_in, flow.bytes_in) == (3, 3 * 40 + 1500)
    assert flow.source_mac == "c4:2f:90:00:00:01"
    assert not flow.refused


def test_wire_length_counts_where_the_capture_is_cut(wire):
    packet = wire.ip(CAMERA, SERVER, 17, wire.udp(4009, 9999, b"x" * 1000))
    frame = wire.ethernet(packet)
    (flow,) = flows(wire, [(1.0, frame[:60], len(frame)), (2.0, frame[:60], len(frame))])
    assert (flow.packets_out, flow.bytes_out) == (2, 2 * 1028)


def test_padding_of_short_frames_does_not_count(wire):
    frame = wire.ethernet(wire.ip(CAMERA, SERVER, 6, wire.tcp(40_000, 80, wire.SYN))) + b"\0" * 6
    (flow,) = flows(wire, [(1.0, frame), (2.0, frame)])
    assert flow.bytes_out == 80


def test_refused_unanswered_and_answered_tries(wire):
    line = wire.Line()
    line.connect(CAMERA, SERVER, 80, answer=False)
    line.connect(CAMERA, SERVER, 81, answer=None)
    line.connect(CAMERA, SERVER, 82)
    found = {flow.port: flow for flow in flows(wire, line.frames)}
    assert (found[80].refused, found[80].packets_in) == (True, 1)
    assert (found[81].refused, found[81].packets_in) == (False, 0)
    assert (found[82].refused, found[82].packets_in) == (False, 1)


def test_a_repeated_syn_is_one_try_and_a_new_one_on_the_same_ports_another(wire):
    line = wire.Line()
    for sequence in (5, 5, 5, 9):
        line.send(CAMERA, SERVER, 6, wire.tcp(40_000, 80, wire.SYN, b"", sequence))
    line.send(SERVER, CAMERA, 6, wire.tcp(80, 40_000, wire.RST | wire.ACK))
    found = {flow.refused: flow for flow in flows(wire, line.frames)}
    assert (found[False].count, found[False].packets_out) == (1, 3)
    assert (found[True].count, found[True].packets_out) == (1, 1)


def test_icmp_unreachable_refuses_what_it_quotes(wire):
    line = wire.Line()
    line.send(CAMERA, SERVER, 17, wire.udp(4000, 9999, b"hello"))
    quoted = line.frames[-1][1][14:][:28]
    line.send("10.66.0.1", CAMERA, 1, wire.icmp(3, 13) + quoted)
    found = {flow.protocol: flow for flow in flows(wire, line.frames)}
    assert found["udp"].refused
    assert found["icmp"].origin is Origin.UNKNOWN


def test_direction_without_the_syn(wire):
    line = wire.Line()
    line.send(SERVER, CAMERA, 6, wire.tcp(443, 50_000, wire.ACK, b"x"))
    line.send(CAMERA, SERVER, 6, wire.tcp(50_000, 443, wire.ACK))
    line.send(SERVER, CAMERA, 6, wire.tcp(50_001, 50_002, wire.ACK))
    found = {flow.port: flow for flow in flows(wire, line.frames)}
    assert (found[443].source, found[443].origin) == (CAMERA, Origin.PORTS)
    assert (found[443].packets_out, found[443].packets_in) == (1, 1)
    assert found[443].source_mac is None
    assert found[50_002].origin is Origin.UNKNOWN


def test_a_server_known_by_a_syn_settles_later_directions(wire):
    line = wire.Line()
    line.connect(CAMERA, SERVER, 50_123)
    line.send(SERVER, CAMERA, 6, wire.tcp(50_123, 60_000, wire.ACK, b"x"))
    (flow,) = flows(wire, line.frames)
    assert (flow.source, flow.port, flow.packets_in) == (CAMERA, 50_123, 2)


def test_dns_names_by_udp_and_tcp_are_used_from_then_on(wire):
    line = wire.Line()
    line.connect(CAMERA, SERVER, 1000)
    line.resolve(CAMERA, "a.example", SERVER)
    line.connect(CAMERA, SERVER, 1001)
    line.connect("10.66.1.11", SERVER, 1001)
    line.connect(CAMERA, RESOLVER, 53)
    own = line._port
    message = wire.dns("b.example", "36.110.2.2")
    over_tcp = len(message).to_bytes(2, "big") + message
    line.send(RESOLVER, CAMERA, 6, wire.tcp(53, own, wire.ACK, over_tcp))
    line.connect(CAMERA, "36.110.2.2", 1002)
    found = {(flow.source, flow.port): flow.name for flow in flows(wire, line.frames)}
    assert found[CAMERA, 1000] is None
    assert found[CAMERA, 1001] == "a.example"
    assert found["10.66.1.11", 1001] is None
    assert found[CAMERA, 1002] == "b.example"


def test_dns_over_tcp_in_pieces_of_any_order(wire):
    line = wire.Line()
    message = wire.dns("b.example", "36.110.2.2")
    data = (len(message).to_bytes(2, "big") + message) * 2
    line.send(CAMERA, RESOLVER, 6, wire.tcp(40_000, 53, wire.SYN, b"", 9))
    line.send(RESOLVER, CAMERA, 6, wire.tcp(53, 40_000, wire.SYN | wire.ACK, b"", 99))
    for place in (0, 1, 12, 8):
        piece = data[place:] if place == 12 else data[place : place + 4]
        line.send(RESOLVER, CAMERA, 6, wire.tcp(53, 40_000, wire.ACK, piece, 100 + place))
    line.send(RESOLVER, CAMERA, 6, wire.tcp(53, 40_000, wire.ACK, data[5:8], 105))
    line.connect(CAMERA, "36.110.2.2", 1002)
    found = {flow.port: flow for flow in flows(wire, line.frames)}
    assert (found[1002].name, found[1002].name_source) == ("b.example", "dns")


@pytest.mark.parametrize("port", [443, 8443])
def test_the_name_of_a_quic_connection(wire, port):
    line = wire.Line()
    half = len(quic.HELLO) // 2
    for number, frames in enumerate(
        [quic.crypto(half, quic.HELLO[half:]), b"\1", quic.crypto(0, quic.HELLO[:half])]
    ):
        packet = quic.initial(frames, number=number)
        line.send(CAMERA, SERVER, 17, wire.udp(40_000, port, packet))
        line.send(SERVER, CAMERA, 17, wire.udp(port, 40_000, packet), mac=wire.MAC_B)
    (flow,) = flows(wire, line.frames)
    assert (flow.name, flow.name_source, flow.packets_in) == ("example.com", "quic-sni", 3)


def test_first_payloads_of_both_directions_show_the_library(wire):
    asked = []

    def first_bytes(transport, port, payload, size):
        asked.append((transport, port, payload, size))
        return "pppp" if payload.startswith(b"\xf1") else None

    line = wire.Line()
    line.send(CAMERA, SERVER, 17, wire.udp(4000, 32_100, b""))
    line.send(CAMERA, SERVER, 17, wire.udp(4000, 32_100, b"hello"))
    line.send(SERVER, CAMERA, 17, wire.udp(32_100, 4000, b"\xf1" * 20))
    line.send(SERVER, CAMERA, 17, wire.udp(32_100, 4000, b"\xf1" * 20))
    line.connect(CAMERA, SERVER, 8800, out=20, back=30)
    table = table_of(wire, line.frames, first_bytes=first_bytes)
    found = {flow.port: flow.library for flow in table.totals.flows("")}
    assert found == {32_100: "pppp", 8800: None}
    assert asked == [
        ("udp", 32_100, b"hello", 5),
        ("udp", 32_100, b"\xf1" * 16, 20),
        ("tcp", 8800, b"x" * 16, None),
        ("tcp", 8800, b"y" * 16, None),
    ]


def test_streams_that_never_end_hold_little_memory(wire):
    line = wire.Line()
    start = b"\x16\x03\x01\x40\x00\x01\x00\x3f\x00"
    for number in range(3000):
        body = wire.tcp(20_000 + number, 443, wire.ACK, start + b"x" * 100)
        line.send(CAMERA, SERVER, 6, body)
    table = FlowTable()
    stream = ByteStream(io.BytesIO(wire.pcap(line.frames)), "x")
    table.feed(pcap.packets(stream.chunk(), stream, pytest.fail))
    held = [half for half in table._tcp.values() if half.start is not None]
    assert len(held) == 1024
    assert sum(bool(half.hook) for half in table._tcp.values()) == 1024


def test_multicast_dns_gives_no_names(wire):
    line = wire.Line()
    line.send(SERVER, CAMERA, 17, wire.udp(5353, 5353, wire.dns("cam.local", SERVER)))
    line.connect(CAMERA, SERVER, 1001)
    assert {flow.name for flow in flows(wire, line.frames)} == {None}


@pytest.mark.parametrize("tags", [((0x8100, 7),), ((0x88A8, 5), (0x8100, 7))])
def test_tagged_frames(wire, tags):
    packet = wire.ip(CAMERA, SERVER, 17, wire.udp(40_000, 9999, b"x"))
    (flow,) = flows(wire, [(1.0, wire.ethernet(packet, tags=tags)), (2.0, wire.ethernet(packet))])
    assert (flow.packets_out, flow.bytes_out) == (2, 58)


def test_raw_ip_and_ipv6_with_sni(wire):
    one, two = "fd00::10", "2400:3200::1"
    frames = [
        (1.0, wire.ip(one, two, 6, wire.tcp(40_000, 443, wire.SYN))),
        (2.0, wire.ip(two, one, 6, wire.tcp(443, 40_000, wire.SYN | wire.ACK))),
        (3.0, wire.ip(one, two, 6, wire.tcp(40_000, 443, wire.ACK, wire.client_hello("v.six"), 2))),
    ]
    (flow,) = flows(wire, frames, linktype=101)
    assert (flow.source, flow.peer, flow.name) == (one, two, "v.six")
    assert flow.bytes_in == 60


def test_fragments_count_to_the_flow_of_the_first(wire):
    body = wire.udp(40_000, 9999, b"x" * 100)
    frames = [
        (1.0, wire.ethernet(wire.ip(CAMERA, SERVER, 17, body[:64], fragment=0x2000))),
        (1.1, wire.ethernet(wire.ip(CAMERA, SERVER, 17, body[64:], fragment=0x0008))),
        (1.2, wire.ethernet(wire.ip(CAMERA, SERVER, 17, b"y" * 8, fragment=8, identification=77))),
    ]
    found = {flow.port: flow for flow in flows(wire, frames)}
    assert (found[9999].packets_out, found[9999].bytes_out) == (2, 84 + 64)
    assert found[None].packets_out == 1


def test_ports_of_a_fragment_are_never_read_from_its_data(wire):
    later = wire.ip(CAMERA, SERVER, 17, wire.udp(1, 53, b"x" * 20), fragment=0x0008)
    (flow,) = flows(wire, [(1.0, wire.ethernet(later))])
    assert flow.port is None


def test_only_wanted_devices_are_kept(wire):
    line = wire.Line()
    line.connect(CAMERA, SERVER, 443)
    line.connect("10.66.1.99", SERVER, 443, name="private.example")
    line.resolve("10.66.1.99", "private.example", SERVER)
    table = table_of(wire, line.frames, wanted=[CAMERA])
    assert {flow.source for flow in table.totals.flows("")} == {CAMERA}
    assert list(table.names.questions()) == []
    assert (table.packets, table.kept) == (len(line.frames), 3)


def test_a_wanted_mac_is_kept_under_another_address(wire):
    line = wire.Line()
    line.connect("10.66.1.99", SERVER, 443)
    macs = frozenset({wire.MAC_A})
    assert len(flows(wire, line.frames, wanted=[], macs=macs)) == 1
    assert flows(wire, line.frames, wanted=[CAMERA], macs=frozenset({b"\0" * 6})) == []


def test_other_frames_are_counted_as_no_ip(wire):
    frames = [(1.0, b"\xff" * 12 + b"\x08\x06" + b"\0" * 46), (2.0, b"short")]
    table = table_of(wire, frames)
    assert (table.packets, table.kept, table.not_ip) == (2, 0, 2)
    assert list(table.totals.flows("")) == []


def test_a_full_table_makes_room_and_loses_nothing(wire):
    line = wire.Line()
    for number in range(3000):
        line.connect(CAMERA, f"36.110.{number % 5}.1", 443, back=100)
    table = table_of(wire, line.frames, active=100)
    found = list(table.totals.flows(""))
    assert len(found) == 5
    assert sum(flow.count for flow in found) == 3000
    assert sum(flow.packets_out + flow.packets_in for flow in found) == len(line.frames)


def keep_alives(wire, line, *, times, pause, answer=True, first=CAMERA):
    """The same two ports again and again; `first` speaks first after each pause but the first."""
    ends = {CAMERA: wire.udp(4009, 9999, b"x"), SERVER: wire.udp(9999, 4009, b"x")}
    for number in range(times):
        begins = first if number else CAMERA
        other = SERVER if begins == CAMERA else CAMERA
        line.send(begins, other, 17, ends[begins], after=pause)
        if answer:
            line.send(other, begins, 17, ends[other])


@pytest.mark.parametrize("first", [CAMERA, SERVER])
def test_udp_after_a_pause_is_a_new_connection_of_the_same_initiator(wire, first):
    line = wire.Line()
    keep_alives(wire, line, times=38, pause=600, first=first)
    (flow,) = flows(wire, line.frames)
    assert (flow.source, flow.port, flow.origin) == (CAMERA, 9999, Origin.FIRST)
    assert (flow.count, flow.packets_out, flow.packets_in) == (38, 38, 38)
    assert [round(b - a) for a, b in zip(flow.starts, flow.starts[1:], strict=False)] == [600] * 37


def test_udp_without_a_pause_in_either_direction_goes_on(wire):
    line = wire.Line()
    for _ in range(20):
        line.send(CAMERA, SERVER, 17, wire.udp(4009, 9999, b"x"), after=119.5)
        line.send(SERVER, CAMERA, 17, wire.udp(9999, 4009, b"x"), after=119.5)
    (flow,) = flows(wire, line.frames)
    assert (flow.count, flow.packets_out, flow.packets_in) == (1, 20, 20)


def test_each_keep_alive_is_judged_by_its_own_answer(wire):
    line = wire.Line()
    keep_alives(wire, line, times=3, pause=600)
    keep_alives(wire, line, times=4, pause=600, answer=False)
    line.send(SERVER, CAMERA, 1, wire.icmp(3, 3) + line.frames[-1][1][14:], after=1)
    found = [flow for flow in flows(wire, line.frames) if flow.protocol == "udp"]
    assert [(f.count, f.packets_in, f.refused) for f in found] == [
        (3, 3, False),
        (3, 0, False),
        (1, 0, True),
    ]


def test_a_name_found_by_dns_later_is_that_of_the_next_keep_alive(wire):
    line = wire.Line()
    keep_alives(wire, line, times=2, pause=600)
    line.resolve(CAMERA, "relay.example", SERVER)
    keep_alives(wire, line, times=2, pause=600)
    found = {flow.name: flow.count for flow in flows(wire, line.frames) if flow.port == 9999}
    assert found == {None: 2, "relay.example": 2}


def test_pings_after_a_pause_are_counted_apart(wire):
    line = wire.Line()
    for _ in range(3):
        line.send(CAMERA, SERVER, 1, wire.icmp(8, 0), after=300)
        line.send(SERVER, CAMERA, 1, wire.icmp(0, 0), after=130)
    found = flows(wire, line.frames)
    assert {flow.source for flow in found} == {CAMERA}
    assert [(f.count, f.packets_out, f.packets_in) for f in found] == [(3, 3, 0), (3, 0, 3)]


def test_tcp_after_a_pause_is_the_same_connection(wire):
    line = wire.Line()
    line.connect(CAMERA, SERVER, 443, name="a.example", back=100)
    line.send(CAMERA, SERVER, 6, wire.tcp(line._port, 443, wire.ACK, b"more", 9999), after=900)
    (flow,) = flows(wire, line.frames)
    assert flow.count == 1


def test_a_connection_set_aside_goes_on_under_its_name(wire):
    line = wire.Line()
    line.connect(CAMERA, SERVER, 443, name="a.example", back=100)
    own = line._port
    line.at += 1000
    for number in range(200):
        line.connect(CAMERA, f"36.110.9.{number}", 80, back=10)
    line.send(CAMERA, SERVER, 6, wire.tcp(own, 443, wire.ACK, b"more", 9999))
    table = table_of(wire, line.frames, active=50)
    (flow,) = [flow for flow in table.totals.flows("") if flow.peer == SERVER]
    assert (flow.name, flow.count, flow.packets_out) == ("a.example", 1, 4)


@given(st.lists(st.tuples(st.sampled_from([0, 1, 101, 113, 276]), st.binary(max_size=90))))
@settings(max_examples=200)
def test_fuzz_frames_never_raise(frames):
    table = FlowTable()
    table.feed((1.0, kind, body, 0, len(body), len(body)) for kind, body in frames)
    table.finish()
    assert table.packets == len(frames)
    assert table.kept + table.not_ip == table.packets


@given(st.binary(max_size=60), st.sampled_from([1, 6, 17, 47, 58]), st.integers(0, 0xFFFF))
@settings(max_examples=300)
def test_fuzz_transport_headers_never_raise(wire, body, protocol, fragment):
    frame = wire.ethernet(wire.ip(CAMERA, SERVER, protocol, body, fragment=fragment))
    table = FlowTable()
    table.feed([(1.0, 1, frame, 0, len(frame), len(frame))] * 2)
    table.finish()
    assert sum(flow.packets_out + flow.packets_in for flow in table.totals.flows("")) == 2
