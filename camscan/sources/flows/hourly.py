"""Connections of a log added up by kind and hour before a ledger takes them: for speed only."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from camscan.model.flow import SLOT, Origin
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.total import Outcome

_MOST = 60_000
_STARTS = 512  # as many of each as a flow keeps
_MOST_STARTS = 400_000


class Kind(NamedTuple):
    """What connections have in common that are added up; named as FlowLedger.flow takes it."""

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
        "bytes_in", "bytes_out", "count", "first", "kind", "last", "packets_in", "packets_out",
        "sizes", "starts",
    )  # fmt: skip

    def __init__(self, kind: Kind, first: float, last: float) -> None:
        self.kind = kind
        self.first = first
        self.last = last
        self.count = 0
        self.packets_out: int | None = 0
        self.packets_in: int | None = 0
        self.bytes_out: int | None = 0
        self.bytes_in: int | None = 0
        self.starts: list[float] = []
        self.sizes: list[int | None] = []

    def add(
        self,
        first: float,
        last: float,
        packets_out: int | None,
        packets_in: int | None,
        bytes_out: int | None,
        bytes_in: int | None,
    ) -> None:
        """One more connection."""
        self.count += 1
        if first < self.first:
            self.first = first
        if last > self.last:
            self.last = last
        known = self.packets_out
        self.packets_out = None if known is None or packets_out is None else known + packets_out
        known = self.packets_in
        self.packets_in = None if known is None or packets_in is None else known + packets_in
        known = self.bytes_out
        self.bytes_out = None if known is None or bytes_out is None else known + bytes_out
        known = self.bytes_in
        self.bytes_in = None if known is None or bytes_in is None else known + bytes_in
        if len(self.starts) < _STARTS:
            self.starts.append(first)
            self.sizes.append(bytes_out)


class HourlySums:
    """Gives its sums to the ledger when there are too many of them, and at `flush`."""

    def __init__(self, ledger: FlowLedger, *, most: int = _MOST) -> None:
        self._ledger = ledger
        self._most = most
        self._sums: dict[Hashable, HourSum] = {}
        self._added = 0

    def known(self, key: Hashable) -> HourSum | None:
        """The sum that `open` made for this key, to add to; None when there is none (any more)."""
        if self._added >= _MOST_STARTS:
            self.flush()
        self._added += 1
        return self._sums.get(key)

    def open(self, key: Hashable, kind: Kind, first: float) -> HourSum:
        """A new sum, empty; the key must tell the kind and the hour."""
        if len(self._sums) >= self._most:
            self.flush()
        made = self._sums[key] = HourSum(kind, first, first)
        return made

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
        key = (kind, int(first // SLOT))
        total = self.known(key)
        if total is None:
            total = self.open(key, kind, first)
        total.add(first, last, packets_out, packets_in, bytes_out, bytes_in)

    def flush(self) -> None:
        """Give every sum to the ledger."""
        for total in self._sums.values():
            self._ledger.flow(
                **total.kind._asdict(),
                first=total.first,
                last=total.last,
                count=total.count,
                packets_out=total.packets_out,
                packets_in=total.packets_in,
                bytes_out=total.bytes_out,
                bytes_in=total.bytes_in,
                starts=total.starts,
                sizes=total.sizes,
            )
        self._sums.clear()
        self._added = 0
