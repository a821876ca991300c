"""Connections of a log added up by kind and hour before a ledger takes them: for speed only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from camscan.model.flow import SLOT

_MOST = 30_000
_STARTS = 512  # as many of each as a flow keeps
_MOST_STARTS = 400_000

Key = TypeVar("Key")


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


class HourlySums(Generic[Key]):
    """Gives each sum to `emit` when there are too many of them, and at `flush`."""

    def __init__(self, emit: Callable[[Key, HourSum], object], *, most: int = _MOST) -> None:
        self._emit = emit
        self._most = most
        self._sums: dict[tuple[Key, int], HourSum] = {}
        self._starts = 0

    def add(
        self,
        key: Key,
        first: float,
        last: float,
        packets_out: int | None,
        packets_in: int | None,
        bytes_out: int | None,
        bytes_in: int | None,
    ) -> None:
        """One connection of this kind."""
        place = (key, int(first // SLOT))
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
        """Give away every sum."""
        for (key, _), total in self._sums.items():
            self._emit(key, total)
        self._sums.clear()
        self._starts = 0
