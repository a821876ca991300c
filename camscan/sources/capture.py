"""Packets of a capture file of either format, told by content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from camscan.errors import SourceError
from camscan.sources import pcap, pcapng
from camscan.sources.buffer import Buffer, Reused
from camscan.sources.counter import Counter
from camscan.sources.pcap import Find, Packet, Report
from camscan.sources.stream import ByteStream

if TYPE_CHECKING:
    from camscan.sources.batch import Batch

__all__ = ["Packet", "Report", "batches", "count", "packets"]


def packets(stream: ByteStream, report: Report) -> Iterator[Packet]:
    """All packets in file order; SourceError when the content is no capture at all.

    A damaged or cut file gives what is good in it; `report` gets each problem in words, with the
    position in the (unpacked) file.
    """
    head = _head(stream)
    reader = pcap if pcap.is_pcap(head) else pcapng
    yield from reader.packets(head, stream, report)


def count(stream: ByteStream, report: Report, counter: Counter, find: Find) -> None:
    """Have `counter` count the same packets, most of which `find` finds."""
    head = _head(stream)
    reader = pcap if pcap.is_pcap(head) else pcapng
    reader.count(head, stream, report, counter, find)


def batches(
    stream: ByteStream,
    report: Report,
    buffer: Callable[[bytes, ByteStream], Buffer] = Reused,
) -> Iterator[Batch]:
    """The same, many packets at once, each batch until the next one is asked for; `buffer` makes
    the memory where they stand."""
    head = _head(stream)
    reader = pcap if pcap.is_pcap(head) else pcapng
    yield from reader.batches(buffer(head, stream), stream, report)


def _head(stream: ByteStream) -> bytes:
    """The first bytes of a capture of either format."""
    head = b""
    while len(head) < 4:
        piece = stream.chunk()
        if not piece:
            break
        head += piece
    if pcap.is_pcap(head) or pcapng.is_pcapng(head):
        return head
    if stream.problem:
        raise SourceError(f"{stream.name}: {stream.problem}")
    if not head:
        raise SourceError(f"{stream.name}: is empty")
    raise SourceError(f"{stream.name}: is neither pcap nor pcapng")
