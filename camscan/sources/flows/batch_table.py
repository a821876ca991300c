"""Whole batches of packets counted at once, with the same result as one packet after the other.

Only what can change nothing but counters is counted by arrays: packets of connections that are
already known, without anything to look at in them, and not after a pause that could end what is
not TCP. The others take the way of the table, in order.
When one of them closes a connection, what came before it is counted first, and the rest of the
batch is looked up anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from camscan.sources.batch import Batch
from camscan.sources.flows.columns import Columns, Rows, Wanted, plain_packets
from camscan.sources.flows.connection import NOWHERE, TCP, Connection, Half
from camscan.sources.flows.half_cache import HalfCache
from camscan.sources.flows.plain_rows import PlainRows
from camscan.sources.flows.table import FlowTable
from camscan.sources.pcap import Packet

_FEW = 48  # packets for which arrays do not pay
_MOST = 8_192
_AGAIN = 24

# row, place in its columns, these (None: not plain), number of its half, whether it must be looked
# at; then time, first byte, bytes there and on the wire
_Slow = tuple[int, int, PlainRows | None, int, bool, float, int, int, int]


class BatchTable(FlowTable):
    """A FlowTable that is also fed with batches; both ways may be mixed."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._filter = Wanted(self._wanted, self._macs)
        self._caches = {4: HalfCache(2), 6: HalfCache(5)}
        self._plain: list[PlainRows] = []
        self._row = 0
        self._changed = False

    def feed_batch(self, batch: Batch) -> None:
        """Count all packets of a batch."""
        for begin in range(0, len(batch), _MOST):
            self._feed(batch.part(begin, begin + _MOST) if len(batch) > _MOST else batch)

    def _feed(self, batch: Batch) -> None:
        count = len(batch)
        if count < _FEW:
            self.feed(batch.packets())
            return
        self._note_time(float(batch.at.min()), float(batch.at.max()))
        left = np.ones(count, np.bool_)
        kept: list[Columns] = []
        for columns in plain_packets(batch):
            left[columns.rows] = False
            kept.append(self._filter.filtered(batch, columns))
        others = np.flatnonzero(left)
        self.packets += count - len(others) - sum(len(columns) for columns in kept)
        begin = 0
        for _ in range(_AGAIN):
            self._plain = [PlainRows(part, self._caches[part.version], begin) for part in kept]
            self._changed = False
            self.feed(self._one_by_one(batch, others[np.searchsorted(others, begin) :]))
            if not self._changed:
                self._count(count)
            self._learn()
            self._plain = []
            if not self._changed:
                return
            begin = self._row + 1
        rest = np.sort(np.concatenate([others, *(part.rows for part in kept)]))
        self.feed(batch.packets(rest[rest >= begin]))

    def finish(self) -> None:
        """Add every open connection to the totals."""
        self._before_closing(None)
        super().finish()

    def _before_closing(self, opened: Connection | None) -> None:
        self._count(self._row)
        self._changed = True
        for cache in self._caches.values():
            if opened is None:
                cache.clear()
                continue
            for half in (opened.out, opened.back):
                if half is not None:
                    cache.drop(half)

    def _settle(self, opened: Connection) -> None:
        halves = [half for half in (opened.out, opened.back) if half is not None]
        if any(plain.may_count(half) for plain in self._plain for half in halves):
            self._count(self._row)
        for cache in self._caches.values():
            for half in halves:
                cache.settle(half)

    def _count(self, end: int) -> None:
        for plain in self._plain:
            counted = plain.count(end)
            self.packets += counted
            self.kept += counted

    def _one_by_one(self, batch: Batch, others: Rows) -> Iterator[Packet]:
        """The packets that arrays cannot count, in order, until one closes a connection."""
        linktype, data = batch.linktype, memoryview(batch.data)
        slow = self._slow_rows(batch, others)
        for row, place, plain, number, strict, at, start, captured, wire in slow:
            half = None
            if plain is not None:
                half = plain.half(number)
                if half is not None and not half.hook and not strict:
                    plain.deferred.append(place)
                    continue
            self._row = row
            yield at, linktype, bytes(data[start : start + captured]), 0, captured, wire
            if self._changed:
                return
            if plain is not None and half is None:
                key = plain.columns.key(batch.data, place)
                half = self._half_of(plain, place, key)
                if half is not None:
                    plain.open(number, place, key, half)

    def _slow_rows(self, batch: Batch, others: Rows) -> Iterator[_Slow]:
        rows, places, numbers = [others], [others], [np.full(len(others), NOWHERE)]
        strict = [np.ones(len(others), np.bool_)]
        plains: list[PlainRows | None] = [None] * len(others)
        for plain in self._plain:
            noisy = np.flatnonzero(plain.noisy)
            rows.append(plain.columns.rows[noisy])
            places.append(noisy)
            numbers.append(plain.numbers[noisy])
            strict.append(plain.strict[noisy])
            plains += [plain] * len(noisy)
        all_rows = np.concatenate(rows)
        order = np.argsort(all_rows)
        all_rows = all_rows[order]
        columns: tuple[Any, ...] = (
            all_rows,
            np.concatenate(places)[order],
            np.concatenate(numbers)[order],
            np.concatenate(strict)[order],
            *(each[all_rows] for each in (batch.at, batch.start, batch.captured, batch.wire)),
        )
        lists = [column.tolist() for column in columns]
        lists.insert(2, [plains[place] for place in order.tolist()])
        return zip(*lists, strict=True)

    def _half_of(self, plain: PlainRows, place: int, key: bytes) -> Half | None:
        protocol = int(plain.columns.words[-1][place]) >> 32
        return (self._tcp if protocol == TCP else self._udp).get(key)

    def _learn(self) -> None:
        """Give slots to the halves of the packets that were looked at one by one."""
        for plain in self._plain:
            for number, half in plain.halves.items():
                if half.slot != NOWHERE:
                    plain.cache.refresh(half)
                elif number < 0:
                    place, key = plain.opened[number]
                    if self._half_of(plain, place, key) is half:
                        plain.cache.put(plain.columns.words_of(place), half)
