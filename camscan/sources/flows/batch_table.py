"""Whole batches of packets counted at once, with the same result as one packet after the other.

Only what can change nothing but counters is counted by arrays: packets of connections that are
already known, without anything to look at in them, and not after a pause that could end what is
not TCP. The others take the way of the table, in order.
When one of them closes a connection, what came before it is counted first, and the rest of the
batch is looked up anew.
"""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import repeat
from typing import Any

import numpy as np

from camscan.sources.batch import Batch
from camscan.sources.buffer import Memory
from camscan.sources.flows.columns import Columns, Rows, Wanted, plain_packets
from camscan.sources.flows.connection import NOWHERE, SYN, TCP, UDP, Connection, Half
from camscan.sources.flows.half_cache import MOST, HalfCache
from camscan.sources.flows.plain_rows import PlainRows
from camscan.sources.flows.table import FlowTable
from camscan.sources.link import source_mac

_FEW = 48  # packets for which arrays do not pay
_MOST = MOST
_AGAIN = 24

# row, whose it is in _plain (-1: not plain), place in its columns
_Next = tuple[int, int, int]


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
            self._one_by_one(batch, others[np.searchsorted(others, begin) :])
            if not self._changed:
                self._count(count)
            self._learn(batch.data)
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

    def _one_by_one(self, batch: Batch, others: Rows) -> None:
        """The packets that arrays cannot count, in order, until one closes a connection."""
        queue = self._queue(others)
        while queue:
            row, of, place = heappop(queue)
            self._row = row
            if of < 0:
                self.feed(batch.packets(np.array([row])))
            else:
                plain = self._plain[of]
                half = self._look_at(batch, plain, row, place)
                following = plain.following.item(place)
                if half is not None and half.hook and following != NOWHERE:
                    heappush(queue, (plain.columns.rows.item(following), of, following))
            if self._changed:
                return

    def _queue(self, others: Rows) -> list[_Next]:
        """What must be looked at in any case, in order."""
        queue = [(row, -1, row) for row in others.tolist()]
        for of, plain in enumerate(self._plain):
            rows = plain.columns.rows[plain.first].tolist()
            queue.extend(zip(rows, repeat(of), plain.first.tolist()))
        queue.sort()
        return queue

    def _look_at(self, batch: Batch, plain: PlainRows, row: int, place: int) -> Half | None:
        """Count one packet and look into it; None when there was nothing to be sought in it any
        more, and arrays will count it."""
        columns, number = plain.columns, plain.numbers.item(place)
        end = batch.start.item(row) + batch.captured.item(row)
        half = known = plain.half(number)
        if half is None or plain.strict.item(place):
            half = self._half_of(batch, columns, row, place, end)
        elif not half.hook:
            return None
        plain.looked.append(place)
        key_at, size = columns.key_at.item(place), columns.size.item(place)
        transport, inside = key_at + columns.addresses, key_at - columns.before + size
        self._count_one(half, size, columns.at.item(place), batch.data, transport, min(end, inside))
        if self._changed:  # what is counted up to this row does not hold it
            self.packets += 1
            self.kept += 1
        elif known is None:
            plain.open(number, place, half)
        return half

    def _half_of(self, batch: Batch, columns: Columns, row: int, place: int, end: int) -> Half:
        """What `_half` gives for a plain packet that ends at `end`."""
        data, ports = batch.data, columns.addresses
        key = columns.key(data, place)
        transport = columns.key_at.item(place) + ports
        table, protocol, flags = self._udp, UDP, 0
        if columns.tcp.item(place):
            table, protocol = self._tcp, TCP
            if end - transport >= 14:
                flags = data[transport + 13]
        half = table.get(key)
        if half is None or flags == SYN:
            middle = ports // 2
            ends = (key[:middle], key[middle:ports], protocol, key[ports:])
            sequence = data[transport + 4 : transport + 8]
            mac = source_mac(batch.linktype, data, batch.start.item(row))
            half = self._begun(ends, flags, sequence, columns.at.item(place), mac)
        return half

    def _is_open(self, half: Half, key: bytes) -> bool:
        table = self._tcp if half.connection.protocol == TCP else self._udp
        return table.get(key) is half

    def _learn(self, data: Memory) -> None:
        """Give slots to the halves of the packets that were looked at one by one."""
        for plain in self._plain:
            new: list[tuple[int, Half]] = []
            for number, half in plain.halves.items():
                if half.slot != NOWHERE:
                    plain.cache.refresh(half)
                elif number < 0:
                    place = plain.opened[number]
                    if not self._changed or self._is_open(half, plain.columns.key(data, place)):
                        new.append((place, half))
            if new:
                places, halves = zip(*new, strict=True)
                plain.cache.put(plain.columns.words_of(places), halves)
