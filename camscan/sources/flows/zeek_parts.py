"""Large conn.logs in parts, which several processes read; their order is that of the files.

A part is told to the ledger as if it had been read in its turn, so what is found does not depend
on the number of processes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import repeat
from pathlib import Path

from camscan.sources.file_parts import PART, open_part, parts_of
from camscan.sources.flows.field_grid import line_feeds
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.stated_name import StatedNames
from camscan.sources.flows.zeek_conn import ZeekConnections
from camscan.sources.flows.zeek_header import ZeekHeader
from camscan.sources.flows.zeek_logs import ZeekLogs
from camscan.sources.flows.zeek_part import Order, PartRead
from camscan.sources.flows.zeek_process import PartReaders, processes
from camscan.sources.line_blocks import line_blocks

LARGE = 50_000_000
"""Bytes of all logs together from which processes are started: one needs 0.3 s to begin."""

_PARTS = 6
_LARGEST = 1 << 26


class ZeekParts:
    """Reads conn.logs that are tables; `most` processes, as many as the machine is good for."""

    def __init__(
        self,
        ledger: FlowLedger,
        names: StatedNames,
        connections: ZeekConnections,
        reader: ZeekLogs,
        *,
        most: int | None = None,
        large: int = LARGE,
        part: int | None = None,
    ) -> None:
        self._ledger = ledger
        self._names = names
        self._connections = connections
        self._reader = reader
        self._most = most
        self._large = large
        self._part = part

    def read(self, logs: Sequence[tuple[str, ZeekHeader]]) -> None:
        """Files, each with the header at its beginning. Raises SourceError."""
        size = self._part or _part_size(sum(Path(name).stat().st_size for name, _ in logs))
        work = [(name, self._orders(name, header, size)) for name, header in logs]
        every = [order for _, orders in work for order in orders]
        with ExitStack() as opened:
            told = self._told(every, opened)
            for name, orders in work:
                self._ledger.open(name)
                problem = None
                number = 0
                for order in orders:
                    part = next(told)
                    header = self._reader.header
                    if part is None or not header.same(order.header):
                        number, problem = self._read_here(order, number)
                    else:
                        self._tell(part, number)
                        number, problem = number + part.lines, part.problem
                self._reader.end_file()
                self._ledger.close(problem=problem)

    def _orders(self, name: str, header: ZeekHeader, size: int) -> list[Order]:
        """A file's first part begins before its header."""
        parts = parts_of(name, size)
        return [Order(part, header if part.begin else ZeekHeader()) for part in parts]

    def _told(self, orders: Sequence[Order], opened: ExitStack) -> Iterator[PartRead | None]:
        size = sum(Path(path).stat().st_size for path in {order.part.path for order in orders})
        most = min(processes() if self._most is None else self._most, len(orders))
        if most < 2 or size < self._large or self._connections.going_on:
            return repeat(None)
        try:
            readers = PartReaders(most, self._ledger.keep, self._names.pairs())
        except OSError:  # no process can be had
            return repeat(None)
        return opened.enter_context(readers).read(orders)

    def _read_here(self, order: Order, before: int) -> tuple[int, str | None]:
        """Read a part in this process: the number of lines so far, and what is wrong with it."""
        number, block = 0, b""
        with open_part(order.part) as stream:
            for number, block in line_blocks(stream, line_feeds):
                self._reader.take(block, before + number)
        self._connections.flush()
        return before + number + block.count(b"\n"), stream.problem

    def _tell(self, part: PartRead, before: int) -> None:
        ledger = self._ledger
        ledger.saw(part.count, part.first, part.last)
        for number, reason in part.bad:
            ledger.bad_line(before + number, reason)
        ledger.bad_unlisted(part.bad_count - len(part.bad))
        for sums in part.sums:
            sums.tell(ledger)
        for values, more in part.flows:
            ledger.flow(*values, **more)
        self._names.use(part.used)
        self._connections.unknown += part.unknown
        self._reader.header = part.header


def _part_size(size: int) -> int:
    """Bytes of a part: the larger, the more lines are added up before they are told. It does not
    depend on the number of processes, so that neither does what is found."""
    return min(max(size // _PARTS, PART), _LARGEST)
