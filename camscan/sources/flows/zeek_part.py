"""What a part of a Zeek conn.log told, read by itself: to be told to the ledger of the whole.

A part knows nothing of the parts before it. Its reader gives up where it would have to: then
the part is read again, in its turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from camscan.sources.file_parts import FilePart, open_part
from camscan.sources.flows.field_grid import line_feeds
from camscan.sources.flows.hour_columns import HourSums
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.stated_name import Stated, StatedNames
from camscan.sources.flows.zeek_conn import ZeekConnections
from camscan.sources.flows.zeek_header import ZeekHeader
from camscan.sources.flows.zeek_logs import ZeekLogs
from camscan.sources.line_blocks import line_blocks

_MOST = 100_000
_REPORTS = 20  # as many as a ledger lists


class PartRead(Struct, frozen=True):
    """`lines` of all kinds, `count` records with their times, sums of the common kinds of
    connections, and the others as FlowLedger.flow takes them.

    `header` is what was in force at the end; `used` are the ids whose names were found; line
    numbers of `bad` begin with 1.
    """

    lines: int
    count: int
    first: float | None
    last: float | None
    sums: list[HourSums]
    flows: list[tuple[tuple[Any, ...], dict[str, Any]]]
    bad: list[tuple[int, str]]
    bad_count: int
    used: list[object]
    unknown: int
    header: ZeekHeader
    problem: str | None


class PartLedger(FlowLedger):
    """Keeps what it is told, to tell it again."""

    def __init__(self, keep: Keep) -> None:
        super().__init__("part", keep, NameTable())
        self.flows: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
        self.bad_lines: list[tuple[int, str]] = []
        self.bad_count = 0

    def flow(self, *values: Any, **more: Any) -> bool:
        """Keep it; too much of it is for nobody to read."""
        self.flows.append((values, more))
        return True

    def bad_line(self, number: int, reason: str) -> None:
        """Keep the first ones, count the others."""
        self.bad_count += 1
        if len(self.bad_lines) < _REPORTS:
            self.bad_lines.append((number, reason))

    def times(self) -> tuple[float | None, float | None]:
        """Of the first and last record."""
        return self._first, self._last


class GivenNames(StatedNames):
    """Names by the ids of connections as another process has them; remembers which were used."""

    def __init__(self, given: Mapping[object, tuple[str | None, str | None]]) -> None:
        super().__init__(FlowLedger("names", Keep(), NameTable()))
        self._given = given

    def __len__(self) -> int:
        return len(self._given)

    def state(self, key: object, stated: Stated) -> None:
        """A part that states names is given up: nothing of it is kept."""

    def of(self, key: object) -> tuple[str | None, str | None]:
        """Name and its source of the connection with this id."""
        pair = self._given.get(key)
        if pair is None:
            return None, None
        self._used.add(key)
        return pair

    def taken_uids(self) -> list[object]:
        """The ids that were asked for and had a name, since the last call."""
        used = list(self._used)
        self._used.clear()
        return used


class Order(Struct, frozen=True):
    """A part to read with the header that is in force where it begins."""

    part: FilePart
    header: ZeekHeader


def read_part(order: Order, keep: Keep, names: GivenNames) -> PartRead | None:
    """Read a part whose rows are all of a conn.log; None when they are not or tell too much."""
    ledger = PartLedger(keep)
    sums: list[HourSums] = []
    connections = ZeekConnections(ledger, names, sums.append)
    logs = ZeekLogs(ledger, names, connections)
    logs.begin_with(order.header)
    names.taken_uids()  # of a part that was given up
    number, block = 0, b""
    with open_part(order.part) as stream:
        for number, block in line_blocks(stream, line_feeds):
            logs.take(block, number)
            if logs.kinds - {"conn"} or _size(ledger, sums) > _MOST:
                return None
    connections.finish()
    first, last = ledger.times()
    lines = number + block.count(b"\n")
    return PartRead(
        lines, ledger.count, first, last, sums, ledger.flows, ledger.bad_lines, ledger.bad_count,
        names.taken_uids(), connections.unknown, logs.header, stream.problem,
    )  # fmt: skip


def _size(ledger: PartLedger, sums: list[HourSums]) -> int:
    return len(ledger.flows) + sum(len(each.kinds) for each in sums)
