"""Which packets of a batch need no look of their own; test_batch_table.py has the results."""

import io

import pytest

from camscan.sources import capture
from camscan.sources.flows import batch_table
from camscan.sources.flows.batch_table import BatchTable
from camscan.sources.flows.columns import plain_packets
from camscan.sources.flows.connection import HOOK_NONE, Connection
from camscan.sources.flows.half_cache import HalfCache
from camscan.sources.flows.packet_counter import NOWHERE, Half
from camscan.sources.flows.plain_rows import PlainRows
from camscan.sources.flows.table import FlowTable
from camscan.sources.stream import ByteStream

CAMERA, SERVER = "10.66.1.10", "36.110.1.1"


def batches_of(data):
    return capture.batches(ByteStream(io.BytesIO(data), "x"), pytest.fail)


@pytest.fixture
def rows(wire):
    """Of a handshake, four payloads and their acknowledgements, in one batch."""
    line = wire.Line()
    syn = wire.tcp(40_000, 80, wire.SYN, b"", 1)
    line.send(CAMERA, SERVER, 6, syn)
    line.send(SERVER, CAMERA, 6, wire.tcp(80, 40_000, wire.SYN | wire.ACK, b"", 1))
    for _ in range(4):
        line.send(CAMERA, SERVER, 6, wire.tcp(40_000, 80, wire.ACK, b"x" * 10, 2))
        line.send(SERVER, CAMERA, 6, wire.tcp(80, 40_000, wire.ACK, b"", 2))
    line.send(CAMERA, SERVER, 6, syn)
    (batch,) = batches_of(wire.pcap(line.frames))
    (columns,) = plain_packets(batch)
    return PlainRows(columns, HalfCache(2), 0)


def half():
    return Half(Connection(b"a", b"b", 6, 1, 2, "syn", 1.0), HOOK_NONE)


def test_the_first_packet_of_a_direction_is_looked_at_and_what_says_nothing_is_not(rows):
    assert rows.groups == 2
    assert rows.first.tolist() == [0, 1, 10]
    following = {place: next for place, next in enumerate(rows.following) if next != NOWHERE}
    assert following == {0: 2, 2: 4, 4: 6, 6: 8}
    assert [place for place, strict in enumerate(rows.strict) if strict] == [0, 10]
    out, back = rows.numbers[0], rows.numbers[1]
    assert {out, back} == {NOWHERE - 1, NOWHERE - 2}
    assert rows.numbers.tolist() == [out, back] * 5 + [out]


def test_packets_of_a_group_are_counted_for_its_half_in_order(rows):
    out, back = half(), half()
    for place, each in ((0, out), (1, back)):
        number = int(rows.numbers[place])
        assert rows.half(number) is None
        rows.open(number, place, each)
        assert rows.half(number) is each
    rows.looked += [0, 1]
    assert rows.count(5) == 5
    assert (out.packets, out.bytes, back.packets, back.bytes) == (2, 100, 1, 40)
    assert rows.count(3) == 0
    rows.looked += [6, 10]
    assert rows.count(11) == 6
    assert (out.packets, back.packets) == (3, 4)
    assert out.last > back.last - 1.0 > 0


def test_rows_before_the_beginning_are_none_of_it(rows):
    later = PlainRows(rows.columns, HalfCache(2), 3)
    assert later.columns.rows.tolist() == list(range(3, 11))
    assert later.first.tolist() == [0, 1, 7]


def test_what_has_a_slot_is_counted_there(rows):
    cache = HalfCache(2)
    known = half()
    cache.put(rows.columns.words_of([1]), [known])
    found = PlainRows(rows.columns, cache, 0)
    assert found.groups == 1
    assert set(found.numbers[1::2].tolist()) == {known.slot}
    assert found.half(known.slot) is known
    assert found.may_count(known)
    assert found.may_count(half())
    assert found.first.tolist() == [0, 10]
    assert set(found.following[1::2].tolist()) == {NOWHERE}


@pytest.mark.parametrize("hooked", [True, False])
def test_a_pause_behind_the_first_payload_of_a_known_connection(wire, monkeypatch, hooked):
    """The payload ends the search in this direction; what comes after the pause is another."""
    monkeypatch.setattr(batch_table, "_FEW", 0)
    monkeypatch.setattr(batch_table, "_MOST", 4)
    line = wire.Line()
    first = b"" if hooked else b"x"
    for payload, after in ((first, 0.1),) * 4 + ((b"x", 0.1), (b"x", 130.0), (b"x", 0.1)):
        line.send(CAMERA, SERVER, 17, wire.udp(40_000, 9999, payload), after=after)
    data = wire.pcap(line.frames)
    table, reference = BatchTable(), FlowTable()
    for batch in batches_of(data):
        table.feed_batch(batch)
    reference.feed(capture.packets(ByteStream(io.BytesIO(data), "x"), pytest.fail))
    for each in (table, reference):
        each.finish()
    (flow,) = table.totals.flows("")
    assert (flow.count, flow.packets_out) == (2, 7)
    assert [flow] == list(reference.totals.flows(""))
