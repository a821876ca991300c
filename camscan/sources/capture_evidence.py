"""Captures as evidence: what devices said of themselves while somebody recorded.

`camscan egress` reads the same files for whom they talk to.
"""

from __future__ import annotations

import io

from camscan.errors import SourceError
from camscan.model.coverage import Skip
from camscan.model.device import Port
from camscan.model.evidence import Evidence
from camscan.sources import pcap, pcapng
from camscan.sources.capture import packets
from camscan.sources.heard import Heard, HeardBook
from camscan.sources.jsonl import Recorded
from camscan.sources.lease import at_epoch
from camscan.sources.shown_port import open_port, service_of
from camscan.sources.stream import ByteStream

NAME = "pcap"
_MOST_PROBLEMS = 20


def sniff(data: bytes) -> bool:
    """By the magic number of pcap or pcapng."""
    return pcap.is_pcap(data) or pcapng.is_pcapng(data)


def parse_records(data: bytes, name: str) -> Recorded:
    """Evidence of a whole capture in memory; what cannot be read is a Skip."""
    try:
        return read_capture(ByteStream(io.BytesIO(data), name))
    except SourceError as error:
        return Recorded(
            targets=(), evidence=(), skips=(Skip(subject=name, what="file", reason=str(error)),)
        )


def read_capture(stream: ByteStream) -> Recorded:
    """Evidence of a capture by source address, or by MAC for senders without a known address.

    Raises SourceError when it is no capture at all. Memory does not grow with the file.
    """
    # Every codec stands behind it: a file that is no capture need not wait for them.
    from camscan.sources.frame import FrameReader

    collected = _Collector()
    book = HeardBook(collected.take)
    reader = FrameReader(book)
    problems: list[str] = []
    for packet in packets(stream, problems.append):
        reader.read(packet)
    reader.finish()
    book.finish()
    name = stream.name
    shown = problems[:_MOST_PROBLEMS]
    if len(problems) > len(shown):
        shown.append(f"{len(problems) - len(shown)} more problems of this file are not listed")
    skips = [Skip(subject=name, what="part of the capture", reason=text) for text in shown]
    skips += reader.skips(name)
    skips += [Skip(subject=name, what=what, reason=reason) for what, reason in book.notes]
    if not collected.targets and not skips:
        reason = f"none of its {reader.frames} frames says anything of its sender"
        skips.append(Skip(subject=name, what="evidence", reason=reason))
    return Recorded(
        targets=tuple(collected.targets),
        evidence=tuple(collected.evidence),
        skips=tuple(skips),
        ports=tuple(collected.ports),
    )


class _Collector:
    def __init__(self) -> None:
        self.targets: dict[str, None] = {}
        self.evidence: list[Evidence] = []
        self.ports: dict[tuple[str, Port], None] = {}

    def take(self, heard: Heard) -> None:
        """One sender's new facts as evidence."""
        self.targets[heard.address] = None
        if heard.transport == "tcp" and heard.port and heard.fields:
            # The server's side of a conversation, read in the clear.
            service = service_of((field for field, _ in heard.fields), encrypted=False)
            self.ports[heard.address, open_port(heard.port, "tcp", service)] = None
        moment = at_epoch(heard.at)
        at = {} if moment is None else {"at": moment}
        self.evidence.extend(
            Evidence(
                target=heard.address,
                field=field,
                value=value,
                method=NAME,
                port=heard.port,
                transport=heard.transport,
                **at,
            )
            for field, value in heard.fields
        )
