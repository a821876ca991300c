"""Classic capture files (draft-ietf-opsawg-pcap): micro- and nanoseconds, both byte orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from struct import Struct
from typing import TYPE_CHECKING

from camscan.sources.buffer import AHEAD, Buffer, Joined, Reused
from camscan.sources.stream import ByteStream

if TYPE_CHECKING:
    from camscan.sources.batch import Batch

# seconds since the epoch, link type, buffer, first byte, end, length on the wire
Packet = tuple[float, int, bytes, int, int, int]
Report = Callable[[str], None]
# byte order, seconds per fraction, link type, buffer, where its record headers stand
_Records = tuple[str, float, int, bytes | bytearray, list[int]]

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
    for order, scale, linktype, data, positions in _records(Joined(head, stream), stream, report):
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


def batches(head: bytes, stream: ByteStream, report: Report) -> Iterator[Batch]:
    """The same packets, as many at once as a piece of the stream holds. Each batch is over when
    the next one is asked for."""
    import numpy as np

    from camscan.sources.batch import Batch, field, windows

    for order, scale, linktype, data, positions in _records(Reused(head, stream), stream, report):
        places = np.array(positions, np.int64)
        whole = windows(data, places, _RECORD + AHEAD)
        moment, fraction, captured, wire = (field(whole, at, f"{order}u4") for at in (0, 4, 8, 12))
        yield Batch(
            data,
            linktype,
            moment + fraction * scale,
            places + _RECORD,
            captured.astype(np.int64),
            wire.astype(np.int64),
            whole.view([("record", f"V{_RECORD}"), ("packet", f"V{AHEAD}")])["packet"],
        )


def _records(buffer: Buffer, stream: ByteStream, report: Report) -> Iterator[_Records]:
    """Where the headers of whole records stand in each piece of the stream."""
    while buffer.size < _HEAD:
        if not buffer.more(0):
            report(f"file ends in its header, at byte {buffer.size}")
            return
    order, scale = _MAGIC[bytes(buffer.data[:4])]
    linktype = Struct(order + "I").unpack_from(buffer.data, 20)[0] & 0xFFFF
    unpack = Struct(order + "IIII").unpack_from
    length_at = Struct(order + "8xI").unpack_from
    position = _HEAD
    passed = 0  # bytes of the file before the buffer
    repairs = 0
    seconds = 0
    while True:
        data, size = buffer.data, buffer.size
        limit = size - _RECORD
        positions: list[int] = []
        found = positions.append
        while position <= limit:
            (captured,) = length_at(data, position)
            if captured > MAX_CAPTURED:
                break
            found(position)
            position += _RECORD + captured
        if position > size and positions:
            position = positions.pop()  # not whole yet
        if positions:
            seconds = unpack(data, positions[-1])[0]
            yield order, scale, linktype, data, positions
        if position <= limit and unpack(data, position)[2] > MAX_CAPTURED:
            repairs += 1
            where = passed + position
            following = _resume(data, size, position + 1, unpack, seconds)
            if following is None or repairs > _MAX_REPAIRS:
                report(f"record header at byte {where} is impossible; reading stopped there")
                return
            report(f"bytes {where} to {passed + following} are not packets and were passed over")
            position = following
            continue
        if not buffer.more(position):
            break
        passed += position
        position = 0
    if stream.problem:
        report(f"{stream.problem} (after byte {passed + size} of the unpacked data)")
    elif position < size:
        report(f"file ends inside a packet, at byte {passed + size}")


def _resume(
    data: bytes | bytearray,
    size: int,
    position: int,
    unpack: Callable[[bytes | bytearray, int], tuple[int, ...]],
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
