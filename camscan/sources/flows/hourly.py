"""Connections of a log added up by kind and hour before a ledger takes them: for speed only."""

from __future__ import annotations

from typing import NamedTuple

from camscan.model.flow import SLOT, Origin
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.total import Outcome

_MOST = 60_000
_STARTS = 512  # as many of each as a flow keeps
_MOST_STARTS = 400_000


class Kind(NamedTuple):
    """What connections have in common that are added up; texts as FlowLedger.flow takes them."""

    source: str
    peer: str
    protocol: str
    port: int | None
    origin: Origin
    outcome: Outcome
    name: str | None = None
    name_source: str | None = None
    mac: str | None = None


class HourSum:
    """Connections that began in one hour; a counter is None when one of them does not know it."""

    __slots__ = (
        "bytes_in", "bytes_out", "count", "first", "last", "packets_in", "packets_out",
        "sizes", "starts",
    )  # fmt: skip

    def __init__(self, first: float, last: float) -> None:
        self.first = first
        self.last = last
        self.count = 0
        self.packets_out: int | None = 0
        self.packets_in: int | None = 0
        self.bytes_out: int | None = 0
        self.bytes_in: int | None = 0
        self.starts: list[float] = []
        self.sizes: list[int | None] = []


class HourlySums:
    """Gives its sums to the ledger when there are too many of them, and at `flush`."""

    def __init__(self, ledger: FlowLedger, *, most: int = _MOST) -> None:
        self._ledger = ledger
        self._most = most
        self._sums: dict[tuple[Kind, int], HourSum] = {}
        self._starts = 0

    def add(
        self,
        kind: Kind,
        first: float,
        last: float,
        packets_out: int | None,
        packets_in: int | None,
        bytes_out: int | None,
        bytes_in: int | None,
    ) -> None:
        """One connection; times in seconds since the epoch, counters None where unknown."""
        place = (kind, int(first // SLOT))
        total = self._sums.get(place)
        if total is None:
            if len(self._sums) >= self._most or self._starts >= _MOST_STARTS:
                self.flush()
            total = self._sums[place] = HourSum(first, last)
        total.count += 1
        if first < total.first:
            total.first = first
        if last > total.last:
            total.last = last
        known = total.packets_out
        total.packets_out = None if known is None or packets_out is None else known + packets_out
        known = total.packets_in
        total.packets_in = None if known is None or packets_in is None else known + packets_in
        known = total.bytes_out
        total.bytes_out = None if known is None or bytes_out is None else known + bytes_out
        known = total.bytes_in
        total.bytes_in = None if known is None or bytes_in is None else known + bytes_in
        if len(total.starts) < _STARTS:
            total.starts.append(first)
            total.sizes.append(bytes_out)
            self._starts += 1

    def flush(self) -> None:
        """Give every sum to the ledger."""
        for (kind, _), total in self._sums.items():
            self._ledger.flow(
                kind.source,
                kind.peer,
                kind.protocol,
                kind.port,
                first=total.first,
                last=total.last,
                count=total.count,
                packets_out=total.packets_out,
                packets_in=total.packets_in,
                bytes_out=total.bytes_out,
                bytes_in=total.bytes_in,
                origin=kind.origin,
                outcome=kind.outcome,
                name=kind.name,
                name_source=kind.name_source,
                mac=kind.mac,
                starts=total.starts,
                sizes=total.sizes,
            )
        self._sums.clear()
        self._starts = 0
