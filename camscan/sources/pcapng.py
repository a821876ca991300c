"""pcapng files (draft-ietf-opsawg-pcapng): SHB, IDB, EPB, SPB and the obsolete packet block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from struct import Struct
from typing import TYPE_CHECKING, cast

from camscan.sources.buffer import Buffer, Joined, Memory
from camscan.sources.counter import Counter, Interface
from camscan.sources.pcap import MAX_CAPTURED, Find, Packet, Report
from camscan.sources.records import Form, walk
from camscan.sources.stream import ByteStream

if TYPE_CHECKING:
    from camscan.sources.batch import Batch
    from camscan.sources.record_lanes import Places

MAGIC = b"\x0a\x0d\x0d\x0a"
_ORDERS = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}
_SECTION, _INTERFACE, _OLD_PACKET, _SIMPLE, _ENHANCED = 0x0A0D0D0A, 1, 2, 3, 6
_TAKEN = frozenset({_INTERFACE, _OLD_PACKET, _SIMPLE, _ENHANCED})
_MAX_BLOCK = 16 << 20
_MAX_INTERFACES = 4096
_TSRESOL, _TSOFFSET = 9, 14

# buffer, where enhanced packets begin in it, then another block: kind, first byte of its body, end
_Run = tuple[Memory, "Sequence[int] | Places", tuple[int, int, int] | None]


def is_pcapng(head: bytes) -> bool:
    """True for a section header block."""
    return head[:4] == MAGIC


class _Reader:
    """The state of one file: byte order and interfaces of the present section."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.order = "<"
        self.interfaces: list[Interface] = []
        self.last = 0.0
        self.orphans = 0
        self.set_order("<")

    def set_order(self, order: str) -> None:
        """Byte order of the section; its interfaces start anew."""
        self.order = order
        self.head = Struct(order + "II").unpack_from
        self.enhanced = Struct(order + "IIIII").unpack_from
        self.word = Struct(order + "I").unpack_from
        self.interfaces = []
        self.form = Form(order, 12, 4, 0, 32, _MAX_BLOCK, 4, 12, _ENHANCED)

    def interface(self, data: bytes, start: int, end: int) -> None:
        """One interface description block; `start:end` is its body."""
        if end - start < 8 or len(self.interfaces) >= _MAX_INTERFACES:
            self.report("an interface block is too short, or there are too many")
            return
        linktype, _, snap = Struct(self.order + "HHI").unpack_from(data, start)
        tick, offset = 1e-6, 0
        place = start + 8
        short = Struct(self.order + "HH").unpack_from
        while place + 4 <= end:
            code, length = short(data, place)
            value = data[place + 4 : min(place + 4 + length, end)]
            if code == 0:
                break
            if code == _TSRESOL and value:
                power = value[0] & 0x7F
                tick = float(2**-power) if value[0] & 0x80 else 10.0**-power
            elif code == _TSOFFSET and len(value) == 8:
                offset = Struct(self.order + "q").unpack(value)[0]
            place += 4 + length + (-length % 4)
        self.interfaces.append((linktype, tick, offset, snap))

    def take(self, data: bytes, block: tuple[int, int, int] | None) -> Packet | None:
        """One block that is no packet of a run: an interface, or a packet of another form."""
        if block is None:
            return None
        kind, start, end = block
        if kind == _INTERFACE:
            self.interface(data, start, end)
            return None
        return self.packet(kind, data, start, end)

    def finish(self) -> None:
        """Report what could not be read."""
        if self.orphans:
            what = "packet blocks name no interface or lie about their length"
            self.report(f"{self.orphans} {what}")

    def packet(self, kind: int, data: bytes, start: int, end: int) -> Packet | None:
        """One packet block, or None when it lies about itself."""
        if kind == _SIMPLE:
            return self.simple(data, start, end)
        body = start + 20
        if body > end:
            self.orphans += 1
            return None
        number, high, low, captured, wire = self.enhanced(data, start)
        if kind == _OLD_PACKET:  # interface is the first half word, then a drop counter
            number = Struct(self.order + "H").unpack_from(data, start)[0]
        close = body + captured
        if number >= len(self.interfaces) or close > end or captured > MAX_CAPTURED:
            self.orphans += 1
            return None
        linktype, tick, offset, _ = self.interfaces[number]
        self.last = at = (high << 32 | low) * tick + offset
        return at, linktype, data, body, close, wire if wire > captured else captured

    def simple(self, data: bytes, start: int, end: int) -> Packet | None:
        """A simple packet block has no time of its own: it gets that of the packet before."""
        if end - start < 4 or not self.interfaces:
            self.orphans += 1
            return None
        (wire,) = self.word(data, start)
        linktype, _, _, snap = self.interfaces[0]
        captured = min(wire, end - start - 4, snap or wire)
        return self.last, linktype, data, start + 4, start + 4 + captured, wire


def packets(head: bytes, stream: ByteStream, report: Report) -> Iterator[Packet]:
    """Packets of a file whose first bytes are `head`; what cannot be read goes to `report`."""
    reader = _Reader(report)
    for data, positions, other in _runs(Joined(head, stream), stream, reader, walk):
        assert isinstance(data, bytes)
        for position in positions:
            length = reader.word(data, position + 4)[0]
            found = reader.packet(_ENHANCED, data, position + 8, position + length - 4)
            if found is not None:
                yield found
        found = reader.take(data, other)
        if found is not None:
            yield found
    reader.finish()


def count(head: bytes, stream: ByteStream, report: Report, counter: Counter, find: Find) -> None:
    """Have `counter` count the same packets; `find` finds those of enhanced packet blocks."""
    reader = _Reader(report)
    for data, places, other in _runs(Joined(head, stream), stream, reader, find):
        assert isinstance(data, bytes)
        assert isinstance(places, list)
        if places:
            counter.last = reader.last
            big = reader.order == ">"
            reader.orphans += counter.count_enhanced(data, places, big, reader.interfaces)
            reader.last = counter.last
        found = reader.take(data, other)
        if found is not None:
            counter.count(*found)
    reader.finish()


def batches(buffer: Buffer, stream: ByteStream, report: Report) -> Iterator[Batch]:
    """The same packets, as many at once as follow each other with the same link type."""
    import numpy as np

    from camscan.sources.batch import Batch
    from camscan.sources.record_lanes import find_records

    reader = _Reader(report)
    for data, positions, other in _runs(buffer, stream, reader, find_records):
        if len(positions):
            yield from _enhanced(reader, data, np.asarray(positions, np.int64))
        found = reader.take(cast(bytes, data), other)
        if found is not None:
            at, linktype, _, start, end, wire = found
            place, captured, length = np.array([[start], [end - start], [wire]], np.int64)
            yield Batch(data, linktype, np.array([at]), place, captured, length)
    reader.finish()


def _enhanced(reader: _Reader, data: Memory, places: Places) -> Iterator[Batch]:
    """Enhanced packet blocks that begin at `places`."""
    import numpy as np

    from camscan.sources.batch import HEAD, Batch, columns, halves

    order = reader.order
    (length, number), *_ = (halves(word, order) for word in columns(data, places + 4, 8))
    words = columns(data, places + 12, 16 + HEAD)
    (high, low), (captured, wire) = (halves(word, order) for word in words[:2])
    good = (number < len(reader.interfaces)) & (captured <= MAX_CAPTURED)
    good &= captured <= length - 32
    if not good.all():
        reader.orphans += int(np.count_nonzero(~good))
        places, number, captured, wire = places[good], number[good], captured[good], wire[good]
        high, low, words = high[good], low[good], words.compress(good, axis=1)
        if not len(places):
            return
    kinds, ticks, offsets, _ = zip(*reader.interfaces, strict=True)
    stamp = high.view(np.uint64) << np.uint64(32) | low.view(np.uint64)
    at = stamp * np.array(ticks)[number] + np.array(offsets, np.float64)[number]
    reader.last = float(at[-1])
    linktype = np.array(kinds)[number]
    edges = [0, *(np.flatnonzero(np.diff(linktype)) + 1).tolist(), len(places)]
    for first, end in pairwise(edges):
        part = slice(first, end)
        kind = int(linktype[first])
        start = places[part] + 28
        yield Batch(data, kind, at[part], start, captured[part], wire[part], words[2:, part])


def _runs(buffer: Buffer, stream: ByteStream, reader: _Reader, find: Find) -> Iterator[_Run]:
    """The whole blocks of each piece of the stream: runs of enhanced packets, each with the other
    block that ends it."""
    position = buffer.begin
    passed = -position  # where the buffer begins in the file
    search = find
    stop: str | None = None
    while stop is None:
        data, size = buffer.data, buffer.size
        while True:
            run, position = search(data, position, size, reader.form)
            search = walk  # another block is followed by few of its kind
            if size - position < 12:
                yield data, run, None
                break
            kind, length = reader.head(data, position)
            if kind == _SECTION:  # reads the same in both byte orders
                order = _ORDERS.get(bytes(data[position + 8 : position + 12]))
                yield data, run, None
                run = []
                if order is None:
                    stop = f"section header at byte {passed + position} has no byte-order mark"
                    break
                reader.set_order(order)
                kind, length = reader.head(data, position)
            if length < 12 or length & 3 or length > _MAX_BLOCK:
                yield data, run, None
                where = passed + position
                stop = f"block at byte {where} has the impossible length {length}"
                break
            following = position + length
            if following > size:
                yield data, run, None
                break
            yield data, run, (kind, position + 8, following - 4) if kind in _TAKEN else None
            position = following
        if stop is not None:
            reader.report(f"{stop}; reading stopped there")
            return
        if not buffer.more(position):
            break
        passed += position - buffer.begin
        position = buffer.begin
        search = find
    if stream.problem:
        reader.report(f"{stream.problem} (after byte {passed + size} of the unpacked data)")
    elif position < size:
        reader.report(f"file ends inside a block, at byte {passed + size}")
