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
from camscan.sources.flows.connection import NOWHERE, TCP, Connection
from camscan.sources.flows.half_cache import HalfCache
from camscan.sources.flows.table import IDLE, FlowTable
from camscan.sources.pcap import Packet

_FEW = 48  # packets for which arrays do not pay
_MOST = 8_192
_STEP = 128  # packets looked at one by one before those behind them are looked up again
_AGAIN = 24


class _Plain:
    """The plain packets of one IP version in the present batch, and where their halves are."""

    def __init__(self, columns: Columns, cache: HalfCache, begin: int) -> None:
        later = int(np.searchsorted(columns.rows, begin))
        self.columns = columns if not later else columns.only(columns.rows >= begin)
        self.cache = cache
        self.slots = np.full(len(self.columns), NOWHERE, np.intp)
        self.counted = np.zeros(len(self.columns), np.bool_)
        self.done = self.learned = 0
        self.look_up(begin)

    def look_up(self, begin: int) -> None:
        """Find the halves of the packets from the row `begin` on that are not counted by arrays."""
        columns, first = self.columns, int(np.searchsorted(self.columns.rows, begin))
        rows = np.flatnonzero(~self.counted[first:]) + first
        slots = self.cache.find(tuple(word[rows] for word in columns.words))
        known = slots != NOWHERE
        hooked = known & self.cache.hooked[slots]
        self.slots[rows] = slots
        self.counted[rows] = known & ~columns.syn[rows] & (columns.silent[rows] | ~hooked)
        self.counted[self._late(first)] = False

    def _late(self, first: int) -> Rows:
        """Counted packets other than TCP's before which their half had nothing for so long."""
        at = self.columns.at
        waited = at[first:] - self.cache.last[self.slots[first:]] > IDLE
        late = np.flatnonzero(self.counted[first:] & waited) + first
        if len(late):
            late = late[self.columns.words[-1][late] >> np.uint64(32) != TCP]
        if len(late) < 2:
            return late
        late = late[np.argsort(self.slots[late], kind="stable")]
        slots, times = self.slots[late], at[late]
        chosen = np.ones(len(late), np.bool_)
        chosen[1:] = (slots[1:] != slots[:-1]) | (times[1:] - times[:-1] > IDLE)
        return late[chosen]

    def slow(self, begin: int) -> Rows:
        """The rows from `begin` on that are not counted by arrays."""
        rows: Rows = self.columns.rows[~self.counted]
        return rows[np.searchsorted(rows, begin) :]

    def count(self, end: int) -> int:
        """Count the packets before the row `end` that were not counted yet; how many there are."""
        stop = int(np.searchsorted(self.columns.rows, end))
        part = slice(self.done, stop)
        chosen = np.flatnonzero(self.counted[part]) + self.done
        self.done = max(self.done, stop)
        self.cache.count(self.slots[chosen], self.columns.size[chosen], self.columns.at[chosen])
        return len(chosen)


class BatchTable(FlowTable):
    """A FlowTable that is also fed with batches; both ways may be mixed."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._filter = Wanted(self._wanted, self._macs)
        self._caches = {4: HalfCache(2), 6: HalfCache(5)}
        self._plain: list[_Plain] = []
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
            self._plain = [_Plain(part, self._caches[part.version], begin) for part in kept]
            self._changed = False
            slow = self._slow_rows(others, begin)
            while len(slow) and not self._changed:
                self.feed(self._one_by_one(batch, slow[:_STEP]))
                slow = slow[_STEP:]
                if len(slow) > _STEP and not self._changed:
                    self._learn(batch.data, self._row + 1, evict=False)
                    for plain in self._plain:
                        plain.look_up(self._row + 1)
                    slow = self._slow_rows(others, self._row + 1)
            if not self._changed:
                self._count(count)
            self._learn(batch.data, self._row + 1 if self._changed else count, evict=True)
            self._plain = []
            if not self._changed:
                return
            begin = self._row + 1
        rest = np.sort(np.concatenate([others, *(part.rows for part in kept)]))
        self.feed(batch.packets(rest[rest >= begin]))

    def _slow_rows(self, others: Rows, begin: int) -> Rows:
        slow = (others[others >= begin], *(plain.slow(begin) for plain in self._plain))
        return np.sort(np.concatenate(slow))

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
        self._count(self._row)
        for cache in self._caches.values():
            for half in (opened.out, opened.back):
                if half is not None:
                    cache.settle(half)

    def _count(self, end: int) -> None:
        for plain in self._plain:
            counted = plain.count(end)
            self.packets += counted
            self.kept += counted

    def _one_by_one(self, batch: Batch, rows: Rows) -> Iterator[Packet]:
        for row, packet in zip(rows.tolist(), batch.packets(rows), strict=True):
            self._row = row
            yield packet
            if self._changed:
                return

    def _learn(self, data: bytes | bytearray, end: int, *, evict: bool) -> None:
        """Give slots to the halves of the packets that were looked at one by one. Within a batch
        none may be evicted: packets that wait to be counted know their half by its slot."""
        for plain in self._plain:
            columns = plain.columns
            first, plain.learned = plain.learned, int(np.searchsorted(columns.rows, end))
            slow = np.flatnonzero(~plain.counted[first : plain.learned]) + first
            size = 12 if columns.version == 4 else 36
            places = columns.key_at[slow].tolist()
            keys = {
                bytes(data[at : at + size]): row
                for at, row in zip(places, slow.tolist(), strict=True)
            }
            for key, row in keys.items():
                table = self._tcp if int(columns.words[-1][row]) >> 32 == TCP else self._udp
                half = table.get(key)
                if half is None:
                    continue
                if half.slot == NOWHERE:
                    words = [int(word[row]) for word in columns.words]
                    plain.cache.put(words, half, evict=evict)
                else:
                    plain.cache.refresh(half)
