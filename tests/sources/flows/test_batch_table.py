"""Batches and whole captures give what one packet after the other gives."""

import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camscan.sources import buffer, capture
from camscan.sources.flows import batch_table
from camscan.sources.flows.batch_table import BatchTable
from camscan.sources.flows.table import FlowTable
from camscan.sources.stream import ByteStream
from tests.sources.flows import quic

HOSTS = ("10.66.1.10", "10.66.1.11", "10.66.9.9", "36.110.1.1", "8.8.8.8")
SIX = ("fd00::10", "fe80::10", "fd00::11", "2400:3200::1")
PORTS = (53, 443, 554, 40_001, 40_002, 5000)


def library(transport, port, payload, size):
    return f"{transport}-{size}" if payload[:1] == b"x" else None


def read_by(way, data, **given):
    """The table of one file that was read in one of four ways, and what could not be read."""
    table = (BatchTable if way == "batches" else FlowTable)(first_bytes=library, **given)
    problems = []
    stream = ByteStream(io.BytesIO(data), "x")
    if way == "capture":
        table.feed_capture(stream, problems.append)
    elif way == "batches":
        for batch in capture.batches(stream, problems.append):
            table.feed_batch(batch)
    elif way == "packets":
        table.feed(capture.packets(stream, problems.append))
    else:
        for one in capture.packets(stream, problems.append):
            table.packets += 1
            table.kept += table._slow(*one)
            table._note_time(one[0], one[0])
    table.finish()
    return table, problems


def assert_the_same(data, wanted=None, macs=frozenset(), active=64):
    """One by one by the general way, one by one, a whole capture, and batches give the same."""
    found = [
        read_by(way, data, wanted=wanted, macs=macs, active=active)
        for way in ("general", "packets", "capture", "batches")
    ]
    one, problems = found[0]
    for other, others in found[1:]:
        assert list(other.totals.flows("")) == list(one.totals.flows(""))
        assert others == problems
        for field in ("packets", "kept", "not_ip", "first", "last"):
            assert getattr(other, field) == getattr(one, field), field
        asked = [
            [(q.client, q.name, q.count, q.first, q.last, q.addresses) for q in t.names.questions()]
            for t in (one, other)
        ]
        assert asked[0] == asked[1]
    return one


def transport(wire, rng, protocol):
    source, port = rng.choice(PORTS), rng.choice(PORTS)
    if protocol == 6:
        flags = rng.choice([wire.SYN, wire.SYN, wire.SYN | wire.ACK, wire.ACK, wire.ACK, wire.RST])
        body = rng.choice([b"", b"", b"x" * rng.randrange(1400), wire.client_hello("a.example")])
        segment = wire.tcp(source, port, flags, body, rng.choice([1, 2, 900]))
        if rng.random() < 0.1:  # an offset of the data that lies
            segment = segment[:12] + bytes((rng.randrange(256),)) + segment[13:]
        return segment
    if protocol == 17:
        names = [wire.dns("a.example", "36.110.1.1"), wire.dns("b.example", answer=False)]
        names += [quic.initial(quic.CRYPTO), quic.initial(quic.crypto(0, quic.HELLO[:50]))]
        return wire.udp(source, port, rng.choice([*names, b"", b"x" * rng.randrange(1400)]))
    return wire.icmp(rng.choice([0, 3, 8]), 0) + rng.randbytes(rng.randrange(40))


def packet(wire, rng):
    protocol = rng.choice([6, 6, 6, 17, 17, 1, 47])
    hosts = SIX if rng.random() < 0.3 else HOSTS
    field = rng.choice([0] * 9 + [0x4000, 0x2000, 0x2003, 0x0003])
    total = rng.choice([None] * 9 + [0, 30, 9000])
    body = transport(wire, rng, protocol)
    made = wire.ip(*rng.choices(hosts, k=2), protocol, body, fragment=field, total=total)
    if hosts is HOSTS and rng.random() < 0.05:  # options
        made = b"\x46" + made[1:20] + b"\1\1\1\0" + made[20:]
    return made


def frame(wire, rng, linktype):
    made = packet(wire, rng)
    kind = b"\x86\xdd" if made[0] >> 4 == 6 else b"\x08\x00"
    if linktype == 1:
        tags = rng.choice([(), (), ((0x8100, 7),), ((0x88A8, 5), (0x8100, 7)), ((0x8100, 1),) * 3])
        made = wire.ethernet(made, source=rng.choice([wire.MAC_A, wire.MAC_B]), tags=tags)
        if rng.random() < 0.05:
            made = made[:12] + rng.choice([b"\x08\x06", b"\x88\x64", b"\x86\xdd"]) + made[14:]
    elif linktype == 113:
        made = b"\0\0\0\1\0" + rng.choice(b"\6\0").to_bytes() + wire.MAC_A + b"\0\0" + kind + made
    elif linktype == 276:
        made = kind + b"\0\0\0\0\0\1\0\1\0" + b"\6" + wire.MAC_A + b"\0\0" + made
    return made


def random_capture(wire, seed, count):
    rng = random.Random(seed)
    linktype = rng.choice([1, 1, 1, 101, 113, 276, 0])
    pool = [frame(wire, rng, linktype) for _ in range(rng.choice([5, 40, 400]))]
    snap = rng.choice([65_535, 65_535, 96, 60, 40])
    frames = []
    at = 1_764_000_000.0
    steps = [0.0, 0.001, 0.5, 3.25, -0.25, 30.0, *rng.choice([[], [119.0, 125.0, 700.0, -130.0]])]
    for _ in range(count):
        at += rng.choice(steps)
        whole = rng.choice(pool)
        frames.append((at, whole[:snap], len(whole)))
    if rng.random() < 0.5:
        kind = {"order": rng.choice("<>"), "nano": rng.random() < 0.3, "linktype": linktype}
        return wire.pcap(frames, **kind)
    data = wire.section() + wire.interface(linktype) + wire.interface(101)
    for at, part, size in frames:
        if rng.random() < 0.03:
            data += rng.choice([wire.simple(part), wire.interface(1), wire.section()[:0]])
        else:
            number = rng.choice([0] * 50 + [1, 9])
            data += wire.enhanced(at, part, number=number, wire=size)
    return data


@given(st.integers(0, 2**32), st.integers(1, 700), st.integers(0, 3), st.sampled_from([4, 64, 999]))
@settings(max_examples=120)
def test_batches_count_what_the_loop_counts(wire, seed, count, filtered, active):
    wanted = None
    if filtered:
        wanted = frozenset(wire.packed(host) for host in (HOSTS[0], SIX[0], SIX[1]))
    macs = frozenset({wire.MAC_A}) if filtered > 1 else frozenset()
    if filtered > 2:
        wanted = frozenset()
    data = random_capture(wire, seed, count)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(buffer, "CHUNK", random.Random(seed).choice([20_000, 100_000, 1 << 20]))
        patch.setattr(buffer, "PIECE", random.Random(seed).choice([1, 50, 5000, buffer.PIECE]))
        assert_the_same(data, wanted=wanted, macs=macs, active=active)


@given(st.integers(0, 2**32), st.binary(max_size=60), st.integers(24, 60_000), st.integers(0, 900))
@settings(max_examples=60)
def test_fuzz_damaged_captures_are_read_alike(wire, seed, junk, place, cut):
    data = random_capture(wire, seed, 300)
    data = data[:place] + junk + data[place:]
    assert_the_same(data[: max(24, len(data) - cut)])


def test_a_port_used_again_within_a_batch_is_another_connection(wire):
    line = wire.Line()
    camera, server = HOSTS[0], HOSTS[3]
    for sequence in range(1, 400):
        line.send(camera, server, 6, wire.tcp(40_000, 80, wire.SYN, b"", sequence))
        line.send(server, camera, 6, wire.tcp(80, 40_000, wire.SYN | wire.ACK, b"", 1))
        line.send(camera, server, 6, wire.tcp(40_000, 80, wire.ACK, b"x" * 10, sequence + 1))
    table = assert_the_same(wire.pcap(line.frames))
    (flow,) = table.totals.flows("")
    assert (flow.count, flow.packets_out, flow.packets_in) == (399, 798, 399)


@pytest.fixture
def small_batches(monkeypatch):
    """Batches of a few packets, so that connections are known when the next one comes."""
    monkeypatch.setattr(batch_table, "_FEW", 0)
    monkeypatch.setattr(batch_table, "_MOST", 8)


@pytest.mark.usefixtures("small_batches")
def test_a_known_connection_that_begins_again(wire):
    line = wire.Line()
    camera, server = HOSTS[0], HOSTS[3]
    for sequence in (1, 5000, 9000):
        line.send(camera, server, 6, wire.tcp(40_000, 80, wire.SYN, b"", sequence))
        for _ in range(40):
            line.send(server, camera, 6, wire.tcp(80, 40_000, wire.ACK, b"x", 1))
            line.send(camera, server, 6, wire.tcp(40_000, 80, wire.ACK, b"x", sequence + 1))
    table = assert_the_same(wire.pcap(line.frames))
    (flow,) = table.totals.flows("")
    assert (flow.count, flow.packets_out, flow.packets_in) == (3, 123, 120)


@pytest.mark.usefixtures("small_batches")
def test_an_answer_after_the_beginning_again_finds_no_old_half(wire):
    """The second connection has no answer: what the server still sends is of the first ports."""
    line = wire.Line()
    camera, server = HOSTS[0], HOSTS[3]
    for sequence in (1, 5000):
        line.send(camera, server, 6, wire.tcp(40_000, 80, wire.SYN, b"", sequence))
        for _ in range(20):
            line.send(camera, server, 6, wire.tcp(40_000, 80, wire.ACK, b"", sequence + 1))
        for _ in range(20):
            line.send(server, camera, 6, wire.tcp(80, 40_000, wire.ACK, b"x", 1))
    assert_the_same(wire.pcap(line.frames))


@pytest.mark.usefixtures("small_batches")
def test_fragments_of_a_known_connection(wire):
    line = wire.Line()
    camera, server = HOSTS[0], HOSTS[3]
    for number in range(40):
        line.send(camera, server, 17, wire.udp(4009, 9999, b"x"))
        whole = wire.udp(4009, 9999, b"x" * 100)
        for body, field in ((whole[:64], 0x2000), (whole[64:], 0x0008)):
            made = wire.ip(camera, server, 17, body, fragment=field, identification=number)
            line.frames.append((line.at, wire.ethernet(made)))
    table = assert_the_same(wire.pcap(line.frames))
    (flow,) = table.totals.flows("")
    assert (flow.port, flow.packets_out) == (9999, 120)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("pause", [119.0, 121.0])
def test_keep_alives_within_and_across_batches(wire, pause):
    """Known ports, nothing to look at: arrays count them, but not over a pause."""
    line = wire.Line()
    camera, server = HOSTS[0], HOSTS[3]
    for number in range(60):
        line.send(camera, server, 17, wire.udp(4009, 9999, b"x"), after=pause)
        for _ in range(number % 4):
            line.send(camera, server, 17, wire.udp(4009, 9999, b"x"))
        if number % 3:
            line.send(server, camera, 17, wire.udp(9999, 4009, b"x"))
    table = assert_the_same(wire.pcap(line.frames))
    found = list(table.totals.flows(""))
    assert sum(flow.count for flow in found) == (60 if pause > 120 else 1)


@pytest.mark.parametrize("few", [0, 10_000])
def test_known_connections_are_counted_by_arrays(wire, monkeypatch, few):
    monkeypatch.setattr(batch_table, "_FEW", few)
    line = wire.Line()
    line.connect(HOSTS[0], HOSTS[3], 443, name="a.example", out=4_200_000, back=4_200_000)
    looked = []
    table = BatchTable()
    feed = table.feed
    monkeypatch.setattr(table, "feed", lambda packets: feed(looked.append(1) or p for p in packets))
    stream = ByteStream(io.BytesIO(wire.pcap(line.frames)), "x")
    for batch in capture.batches(stream, pytest.fail):
        table.feed_batch(batch)
    table.finish()
    (flow,) = table.totals.flows("")
    assert (flow.packets_out, flow.packets_in) == (3003, 3001)
    assert (len(looked) < len(line.frames) * 0.5) == (not few)
