"""Packets of a capture file of either format, told by content."""

from __future__ import annotations

from collections.abc import Iterator

from camscan.errors import SourceError
from camscan.sources import pcap, pcapng
from camscan.sources.pcap import Packet, Report
from camscan.sources.stream import ByteStream

__all__ = ["Packet", "Report", "packets"]


def packets(stream: ByteStream, report: Report) -> Iterator[Packet]:
    """All packets in file order; SourceError when the content is no capture at all.

    A damaged or cut file gives what is good in it; `report` gets each problem in words, with the
    position in the (unpacked) file.
    """
    head = b""
    while len(head) < 4:
        piece = stream.chunk()
        if not piece:
            break
        head += piece
    if pcap.is_pcap(head):
        yield from pcap.packets(head, stream, report)
    elif pcapng.is_pcapng(head):
        yield from pcapng.packets(head, stream, report)
    elif stream.problem:
        raise SourceError(f"{stream.name}: {stream.problem}")
    elif not head:
        raise SourceError(f"{stream.name}: is empty")
    else:
        raise SourceError(f"{stream.name}: is neither pcap nor pcapng")
