"""Whole batches of packets counted at once, with the same result as one packet after the other.

Only what can change nothing but counters is counted by arrays: packets of connections that are
already known, without anything to look at in them, and not after a pause that could end what is
not TCP. The others take the way of the table, in order.
When one of them closes a connection, what came before it is counted first, and the rest of the
batch is looked up anew.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

import numpy as np

from camscan.sources.batch import Batch
from camscan.sources.buffer import Memory
from camscan.sources.flows.columns import Columns, Rows, Wanted, plain_packets
from camscan.sources.flows.connection import HOOK_NONE, TCP, UDP, Connection
from camscan.sources.flows.half_cache import MOST, HalfCache
from camscan.sources.flows.packet_counter import NOWHERE, Half
from camscan.sources.flows.plain_rows import Look, PlainRows
from camscan.sources.flows.table import FlowTable

_FEW = 48  # packets for which arrays do not pay
_MOST = MOST
_AGAIN = 24

# row, whose it is in _plain, and how it is looked at there (None: it is not plain)
_Next = tuple[int, int, Look | None]


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
        queue = self._queue(batch, others)
        while queue:
            self._row, of, look = heappop(queue)
            if look is None:
                self.feed(batch.packets(np.array([self._row])))
            else:
                plain = self._plain[of]
                if self._look_at(batch, plain, look):
                    following = plain.next_look(batch, look[0])
                    if following is not None:
                        heappush(queue, (following[0], of, following[1]))
            if self._changed:
                return

    def _queue(self, batch: Batch, others: Rows) -> list[_Next]:
        """What must be looked at in any case, in order."""
        queue: list[_Next] = [(row, -1, None) for row in others.tolist()]
        for of, plain in enumerate(self._plain):
            queue.extend((row, of, look) for row, look in plain.first_looks(batch))
        queue.sort()
        return queue

    def _look_at(self, batch: Batch, plain: PlainRows, look: Look) -> bool:
        """Count one packet and look into it, unless nothing is sought in it any more, and arrays
        will count it; whether the next one of its direction must be looked at too."""
        place, number, _, end, key_at, size, at, _, strict = look
        half = known = plain.half(number)
        if half is None or strict:
            half = self._half_of(batch, plain.columns, look)
        elif not half.hook:
            return False
        plain.looked.append(place)
        transport = key_at + plain.columns.addresses
        inside = key_at - plain.columns.before + size
        self._count_one(half, size, at, batch.data, transport, end if end < inside else inside)
        if self._changed:  # what is counted up to this row does not hold it
            self.packets += 1
            self.kept += 1
        elif known is None:
            plain.open(number, place, half)
        return half.hook != HOOK_NONE

    def _half_of(self, batch: Batch, columns: Columns, look: Look) -> Half:
        """What `_half` gives for a plain packet."""
        _, _, start, end, key_at, _, at, is_tcp, _ = look
        data, transport = batch.data, key_at + columns.addresses
        key, protocol = data[key_at : transport + 4], TCP if is_tcp else UDP
        return self._begin(key, protocol, at, batch.linktype, data, start, transport, end)

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
