"""Classic capture files (draft-ietf-opsawg-pcap): micro- and nanoseconds, both byte orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from struct import Struct
from typing import TYPE_CHECKING

from camscan.sources.buffer import Buffer, Joined, Memory
from camscan.sources.counter import Counter
from camscan.sources.records import Form, walk
from camscan.sources.stream import ByteStream

if TYPE_CHECKING:
    from camscan.sources.batch import Batch
    from camscan.sources.record_lanes import Places

# seconds since the epoch, link type, buffer, first byte, end, length on the wire
Packet = tuple[float, int, bytes, int, int, int]
Report = Callable[[str], None]
Find = Callable[[Memory, int, int, Form], "tuple[Sequence[int] | Places, int]"]
"""How `walk` finds the records of a piece, or what gives the same."""
# byte order, seconds per fraction, link type
_Kind = tuple[str, float, int]

MAX_CAPTURED = 262_144  # libpcap's MAXIMUM_SNAPLEN
_HEAD = 24
_RECORD = 16
_MAGIC = {
    b"\xa1\xb2\xc3\xd4": (">", 1e-6),
    b"\xd4\xc3\xb2\xa1": ("<", 1e-6),
    b"\xa1\xb2\x3c\x4d": (">", 1e-9),
    b"\x4d\x3c\xb2\xa1": ("<", 1e-9),
}
_DAY = 86_400
_MAX_REPAIRS = 64


def is_pcap(head: bytes) -> bool:
    """True for the four magic numbers."""
    return head[:4] in _MAGIC


def packets(head: bytes, stream: ByteStream, report: Report) -> Iterator[Packet]:
    """Packets of a file whose first bytes are `head`; what cannot be read goes to `report`.

    Records whose header is impossible are passed over: reading goes on at the next offset where
    two plausible record headers follow each other.
    """
    for kind, data, positions in _records(Joined(head, stream), stream, report, walk):
        order, scale, linktype = kind
        assert isinstance(data, bytes)
        unpack = Struct(order + "IIII").unpack_from
        for position in positions:
            moment, fraction, captured, wire = unpack(data, position)
            start = position + _RECORD
            yield (
                moment + fraction * scale,
                linktype,
                data,
                start,
                start + captured,
                wire if wire > captured else captured,
            )


def count(head: bytes, stream: ByteStream, report: Report, counter: Counter, find: Find) -> None:
    """Have `counter` count the same packets; `find` finds them."""
    for kind, data, places in _records(Joined(head, stream), stream, report, find):
        order, scale, linktype = kind
        assert isinstance(data, bytes)
        assert isinstance(places, list)
        counter.count_classic(data, places, order == ">", scale, linktype)


def batches(buffer: Buffer, stream: ByteStream, report: Report) -> Iterator[Batch]:
    """The same packets, as many at once as a piece of the stream holds. Each batch is over when
    the next one is asked for. `buffer` holds the first bytes."""
    import numpy as np

    from camscan.sources.record_lanes import find_records

    for kind, data, places in _records(buffer, stream, report, find_records):
        yield _batch(kind, data, np.asarray(places, np.int64))


def _batch(kind: _Kind, data: Memory, places: Places) -> Batch:
    from camscan.sources.batch import HEAD, Batch, columns, halves

    order, scale, linktype = kind
    words = columns(data, places, _RECORD + HEAD)
    (moment, fraction), (captured, wire) = (halves(word, order) for word in words[:2])
    start = places + _RECORD
    return Batch(data, linktype, moment + fraction * scale, start, captured, wire, words[2:])


def _records(
    buffer: Buffer, stream: ByteStream, report: Report, find: Find
) -> Iterator[tuple[_Kind, Memory, Sequence[int] | Places]]:
    """Where the headers of whole records stand in each piece of the stream."""
    while buffer.size - buffer.begin < _HEAD:
        if not buffer.more(buffer.begin):
            report(f"file ends in its header, at byte {buffer.size - buffer.begin}")
            return
    begin = buffer.begin
    order, scale = _MAGIC[bytes(buffer.data[begin : begin + 4])]
    linktype = Struct(order + "I").unpack_from(buffer.data, begin + 20)[0] & 0xFFFF
    unpack = Struct(order + "IIII").unpack_from
    form = Form(order, _RECORD, 8, _RECORD, 0, MAX_CAPTURED, 1, 0)
    position = begin + _HEAD
    passed = -begin  # where the buffer begins in the file
    repairs = 0
    seconds = 0
    search = find
    while True:
        data, size = buffer.data, buffer.size
        positions, position = search(data, position, size, form)
        if len(positions):
            seconds = unpack(data, positions[-1])[0]
            yield (order, scale, linktype), data, positions
        if position <= size - _RECORD and unpack(data, position)[2] > MAX_CAPTURED:
            repairs += 1
            where = passed + position
            following = _resume(data, size, position + 1, unpack, seconds)
            if following is None or repairs > _MAX_REPAIRS:
                report(f"record header at byte {where} is impossible; reading stopped there")
                return
            report(f"bytes {where} to {passed + following} are not packets and were passed over")
            position = following
            search = walk
            continue
        if not buffer.more(position):
            break
        passed += position - buffer.begin
        position = buffer.begin
        search = find
    if stream.problem:
        report(f"{stream.problem} (after byte {passed + size} of the unpacked data)")
    elif position < size:
        report(f"file ends inside a packet, at byte {passed + size}")


def _resume(
    data: Memory,
    size: int,
    position: int,
    unpack: Callable[[Memory, int], tuple[int, ...]],
    seconds: int,
) -> int | None:
    """The next offset in `data[:size]` where two record headers in a row are plausible."""

    def plausible(at: int) -> int:
        """Where the following record begins, or 0."""
        if at + _RECORD > size:
            return 0
        moment, fraction, captured, wire = unpack(data, at)
        if not 0 < captured <= wire <= MAX_CAPTURED or fraction >= 1_000_000_000:
            return 0
        if seconds and abs(moment - seconds) > _DAY:
            return 0
        return at + _RECORD + captured

    for at in range(position, size - _RECORD):
        following = plausible(at)
        if following and (following == size or plausible(following)):
            return at
    return None
