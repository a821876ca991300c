"""Connections of a log in columns, added up by kind and hour by numpy: for speed only.

It does what `hourly` does, where a reader has many connections at once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from camscan.sources.flows.hourly import Kind
from camscan.sources.flows.ledger import FlowLedger

UNKNOWN = -1
"""A counter that is not known."""

_MOST = 100_000
_HELD = 10  # times so many are added up before they are given away
_KINDS = 60_000
_STARTS = 512  # as many as a flow keeps
_SAFE = 1 << 38  # sums of _HELD * _MOST counters below this fit 64 bits


class _Sums(NamedTuple):
    """HourSums without the kinds: their numbers, in order."""

    numbers: NDArray[np.int64]
    counts: NDArray[np.int64]
    firsts: NDArray[np.float64]
    lasts: NDArray[np.float64]
    sums: list[NDArray[Any]]
    known: list[NDArray[np.bool_]]
    starts: NDArray[np.float64]
    sizes: NDArray[np.int64]


class HourSums(NamedTuple):
    """Connections added up: for each kind and hour how many, their first and last times, and sums
    of packets out and in, bytes out and in, with whether they are known. `starts` and `sizes`
    (bytes out) are those of the first 512 connections of each, one kind after the other."""

    kinds: list[Kind]
    counts: NDArray[np.int64]
    firsts: NDArray[np.float64]
    lasts: NDArray[np.float64]
    sums: list[NDArray[Any]]
    known: list[NDArray[np.bool_]]
    starts: NDArray[np.float64]
    sizes: NDArray[np.int64]

    def tell(self, ledger: FlowLedger) -> None:
        """Give all to a ledger."""
        counts = self.counts.tolist()
        firsts, lasts = self.firsts.tolist(), self.lasts.tolist()
        sums = [
            [total if is_known else None for total, is_known in zip(*each, strict=True)]
            for each in zip(map(_list, self.sums), map(_list, self.known), strict=True)
        ]
        starts, sizes = self.starts.tolist(), self.sizes.tolist()
        end = 0
        for place, kind in enumerate(self.kinds):
            begin, end = end, end + min(counts[place], _STARTS)
            packets_out, packets_in, bytes_out, bytes_in = (column[place] for column in sums)
            ledger.flow(
                **kind._asdict(),
                first=firsts[place],
                last=lasts[place],
                count=counts[place],
                packets_out=packets_out,
                packets_in=packets_in,
                bytes_out=bytes_out,
                bytes_in=bytes_in,
                starts=starts[begin:end],
                sizes=[None if size == UNKNOWN else size for size in sizes[begin:end]],
            )


class HourColumns:
    """Gives its sums away at `flush`, and when a multiple of `most` connections have come."""

    def __init__(self, give: Callable[[HourSums], None], *, most: int = _MOST) -> None:
        self._give = give
        self._most = most
        self._kinds: list[Kind] = []
        self._columns: list[list[NDArray[Any]]] = [[] for _ in range(7)]
        self._size = 0
        self._held: list[_Sums] = []
        self.known: dict[Hashable, int] = {}
        """The number of each kind and hour that was opened, by a key that tells both."""

    def open(self, key: Hashable, kind: Kind) -> int:
        """The number of a new kind and hour; it is good until connections are added."""
        number = self.known[key] = len(self._kinds)
        self._kinds.append(kind)
        return number

    def add(
        self,
        numbers: Sequence[int],
        firsts: NDArray[np.float64],
        lasts: NDArray[np.float64],
        counts: Sequence[NDArray[np.int64]],
    ) -> None:
        """Connections: numbers of kind and hour, times (seconds since the epoch), and packets out
        and in, bytes out and in, each below 2**63 or UNKNOWN."""
        new = (np.array(numbers, np.int64), firsts, lasts, *counts)
        for column, values in zip(self._columns, new, strict=True):
            column.append(values)
        self._size += len(numbers)
        if self._size >= self._most:
            self._hold()
            if len(self._held) >= _HELD or len(self._kinds) >= _KINDS:
                self.flush()

    def _hold(self) -> None:
        """Add up what came since the last time."""
        if self._size:
            numbers, *columns = (np.concatenate(column) for column in self._columns)
            order = np.argsort(numbers, kind="stable")
            self._held.append(_added_up(numbers[order], *(column[order] for column in columns)))
        self._size = 0
        for column in self._columns:
            column.clear()

    def flush(self) -> None:
        """Give every sum away."""
        self._hold()
        if self._held:
            sums = _joined(self._held) if len(self._held) > 1 else self._held[0]
            kinds = [self._kinds[number] for number in sums.numbers.tolist()]
            self._give(HourSums(kinds, *sums[1:]))
        self.known.clear()
        self._kinds.clear()
        self._held.clear()


def _added_up(
    numbers: NDArray[np.int64],
    firsts: NDArray[np.float64],
    lasts: NDArray[np.float64],
    *counts: NDArray[np.int64],
) -> _Sums:
    """Of connections of which those of one number stand together."""
    begins = np.flatnonzero(np.diff(numbers, prepend=-1))
    groups = np.diff(begins, append=len(numbers))
    kept = _ranks(begins, groups) < _STARTS
    return _Sums(
        numbers=numbers[begins],
        counts=groups,
        firsts=np.minimum.reduceat(firsts, begins),
        lasts=np.maximum.reduceat(lasts, begins),
        sums=[_sums(column, begins) for column in counts],
        known=[np.minimum.reduceat(column, begins) != UNKNOWN for column in counts],
        starts=firsts[kept],
        sizes=counts[2][kept],
    )


def _joined(held: Sequence[_Sums]) -> _Sums:
    """Sums of connections that came one after the other, as if they were added up at once."""
    numbers = np.concatenate([each.numbers for each in held])
    order = np.argsort(numbers, kind="stable")
    begins = np.flatnonzero(np.diff(numbers[order], prepend=-1))

    def together(reduce: np.ufunc, columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
        return np.asarray(reduce.reduceat(np.concatenate(columns)[order], begins))

    counts = [each.counts for each in held]
    of_starts = np.repeat(numbers, np.minimum(np.concatenate(counts), _STARTS))
    by_number = np.argsort(of_starts, kind="stable")
    first = np.flatnonzero(np.diff(of_starts[by_number], prepend=-1))
    kept = by_number[_ranks(first, np.diff(first, append=len(by_number))) < _STARTS]
    return _Sums(
        numbers=numbers[order][begins],
        counts=together(np.add, counts),
        firsts=together(np.minimum, [each.firsts for each in held]),
        lasts=together(np.maximum, [each.lasts for each in held]),
        sums=[together(np.add, column) for column in zip(*(h.sums for h in held), strict=True)],
        known=[
            together(np.logical_and, column)
            for column in zip(*(h.known for h in held), strict=True)
        ],
        starts=np.concatenate([each.starts for each in held])[kept],
        sizes=np.concatenate([each.sizes for each in held])[kept],
    )


def _ranks(begins: NDArray[np.intp], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of each item within its group."""
    return np.arange(int(groups.sum())) - np.repeat(begins, groups)


def _list(values: NDArray[Any]) -> list[Any]:
    items: list[Any] = values.tolist()
    return items


def _sums(column: NDArray[np.int64], begins: NDArray[np.intp]) -> NDArray[Any]:
    """The sum of each group."""
    values: NDArray[Any] = column if int(column.max()) < _SAFE else column.astype(object)
    return np.add.reduceat(values, begins)
