"""Flows of capture files, pcap and pcapng, with the names that the packets show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from camscan.sources import pcap, pcapng
from camscan.sources.capture import packets
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.packet_counter import COMPILED
from camscan.sources.flows.source import Reading
from camscan.sources.flows.table import FlowTable
from camscan.sources.pcap import Report
from camscan.sources.piece_process import piece_reader
from camscan.sources.read_ahead import read_ahead
from camscan.sources.source_file import SourceFile

if TYPE_CHECKING:
    from camscan.sources.flows.batch_table import BatchTable

Table = TypeVar("Table", bound=FlowTable)

NAME = "pcap"
_SLACK = 1.0  # seconds by which files of a ring may overlap


def sniff(head: bytes) -> bool:
    """True for the magic numbers of both formats."""
    return pcap.is_pcap(head) or pcapng.is_pcapng(head)


def read(files: Sequence[SourceFile], reading: Reading) -> None:
    """Read captures, oldest first. Files of the same time are ledgers of their own: two taps that
    saw the same frames, which are then counted once. Raises SourceError as `packets` does."""
    if COMPILED:
        _read(files, reading, FlowTable, _feed_whole)
    else:
        _read_by_arrays(files, reading)


def _read_by_arrays(files: Sequence[SourceFile], reading: Reading) -> None:
    from camscan.sources.flows.batch_table import BatchTable

    with piece_reader(files) as pieces:

        def feed(table: BatchTable, file: SourceFile, report: Report) -> None:
            for batch in pieces.batches(file, report):
                table.feed_batch(batch)

        _read(files, reading, BatchTable, feed)


def _feed_whole(table: FlowTable, file: SourceFile, report: Report) -> None:
    with file.open() as packed, read_ahead(packed) as stream:
        table.feed_capture(stream, report)


def _read(
    files: Sequence[SourceFile],
    reading: Reading,
    kind: type[Table],
    feed: Callable[[Table, SourceFile, Report], None],
) -> None:
    open_tables: list[tuple[FlowLedger, Table]] = []
    for start, file in _oldest_first(files):
        for ledger, table in open_tables:  # noqa: B007 - both are used after the break
            if start is None or ledger.last is None or start >= ledger.last - _SLACK:
                break
        else:
            ledger = reading.ledger(NAME, unit="packets")
            table = kind(
                reading.keep.addresses,
                reading.keep.macs,
                totals=ledger.totals,
                names=reading.names,
                first_bytes=reading.first_bytes,
            )
            open_tables.append((ledger, table))
        before = table.packets
        table.first, table.last = None, None
        ledger.open(file.name)
        feed(table, file, partial(ledger.bad, ""))
        ledger.saw(table.packets - before, table.first, table.last)
        ledger.close()
    for ledger, table in open_tables:
        table.finish()
        ledger.kept = table.kept


def _oldest_first(files: Sequence[SourceFile]) -> list[tuple[float | None, SourceFile]]:
    """With the time of the first packet, None for standard input, which comes last."""
    started = [(_start_of(file), file) for file in files]
    return sorted(started, key=lambda each: (each[0] is None, each[0] or 0.0))


def _start_of(file: SourceFile) -> float | None:
    if file.path is None:
        return None
    with file.open() as stream:
        first = next(iter(packets(stream, lambda reason: None)), None)
    return first[0] if first is not None else None
