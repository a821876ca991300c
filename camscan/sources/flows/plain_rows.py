"""Which plain packets of a batch are counted by arrays, and for whom.

Packets of one direction that has no slot in the cache yet are a group: the first of them is looked
at one by one, those behind it are counted for the half that it opened.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from camscan.sources.batch import Batch
from camscan.sources.flows.columns import Columns, Rows
from camscan.sources.flows.half_cache import HalfCache
from camscan.sources.flows.packet_counter import IDLE, NOWHERE, Half

# place and number here, start, end, place of the key, size, time, whether TCP, whether strict
Look = tuple[int, int, int, int, int, int, float, bool, bool]


class PlainRows:
    """The plain packets of one IP version in a batch, from the row `begin` on.

    `first` are the places (in `columns`) that must be looked at in any case, in order; `strict`
    marks those of them that arrays could not count. As long as something is sought in a direction,
    the place that is next in `following` must be looked at too (NOWHERE: no further one).
    `numbers` are slots of the cache, or the numbers of groups, which are below NOWHERE.
    """

    def __init__(self, columns: Columns, cache: HalfCache, begin: int) -> None:
        later = int(np.searchsorted(columns.rows, begin))
        self.columns = columns = columns if not later else columns.only(columns.rows >= begin)
        self.cache = cache
        self.numbers = slots = cache.find(columns.words)
        known = slots != NOWHERE
        quiet = columns.silent & ~columns.syn
        noisy = ~(quiet | known & ~cache.hooked[slots]) | columns.syn
        self.strict = columns.syn.copy()
        self.strict[self._late(known)] = True
        unknown = np.flatnonzero(~known)
        self.groups = 0
        if len(unknown):
            noisy[self._group(unknown)] = True
        self.first, self.following = self._chains(np.flatnonzero(noisy | self.strict))
        self.halves: dict[int, Half] = {}
        self.opened: dict[int, int] = {}
        """Of each group whose half is known: the place of its first packet."""
        self.looked: list[int] = []
        """Places that were counted when they were looked at."""
        self._done = 0
        self._busy: NDArray[np.bool_] | None = None

    def _chains(self, noisy: Rows) -> tuple[Rows, Rows]:
        """`first` and `following` of the places `noisy`."""
        following = np.full(len(self.columns), NOWHERE)
        numbers = self.numbers[noisy]
        order = np.argsort(numbers, kind="stable")
        places = noisy[order]
        new = np.ones(len(order), np.bool_)
        new[1:] = numbers[order[1:]] != numbers[order[:-1]]
        new |= self.strict[places]
        later = np.flatnonzero(~new)
        following[places[later - 1]] = places[later]
        return np.sort(places[new]), following

    def _group(self, unknown: Rows) -> Rows:
        """Number the directions of packets without a slot; where each of them begins."""
        words = [word[unknown] for word in self.columns.words]
        order = np.lexsort(words)
        new = np.ones(len(order), np.bool_)
        new[1:] = False
        for word in words:
            ordered = word[order]
            new[1:] |= ordered[1:] != ordered[:-1]
        places = unknown[order]
        of_group = np.cumsum(new)
        self.groups = int(of_group[-1])
        self.numbers[places] = NOWHERE - of_group
        at = self.columns.at[places]
        late = places[1:][~new[1:] & (at[1:] - at[:-1] > IDLE)]
        self.strict[late[~self.columns.tcp[late]]] = True
        return places[new]

    def _late(self, known: NDArray[np.bool_]) -> Rows:
        """Packets other than TCP's before which their half had nothing for so long."""
        at, slots = self.columns.at, self.numbers
        late = np.flatnonzero(known & ~self.columns.tcp)
        late = late[at[late] - self.cache.last[slots[late]] > IDLE]
        if len(late) < 2:
            return late
        late = late[np.argsort(slots[late], kind="stable")]
        slots, times = slots[late], at[late]
        chosen = np.ones(len(late), np.bool_)
        chosen[1:] = (slots[1:] != slots[:-1]) | (times[1:] - times[:-1] > IDLE)
        return late[chosen]

    def first_looks(self, batch: Batch) -> list[tuple[int, Look]]:
        """The packets `first` with their rows, in order, `batch` being where they stand."""
        columns, places = self.columns, self.first
        rows = columns.rows[places]
        start = batch.start[rows]
        of_look = (places, self.numbers[places], start, start + batch.captured[rows])
        of_packet = (columns.key_at, columns.size, columns.at, columns.tcp, self.strict)
        lists = [each.tolist() for each in (*of_look, *(column[places] for column in of_packet))]
        return list(zip(rows.tolist(), zip(*lists, strict=True), strict=True))

    def next_look(self, batch: Batch, place: int) -> tuple[int, Look] | None:
        """The packet that follows this one and must be looked at too, with its row."""
        following = self.following.item(place)
        if following == NOWHERE:
            return None
        columns = self.columns
        row = columns.rows.item(following)
        start = batch.start.item(row)
        return row, (
            following,
            self.numbers.item(following),
            start,
            start + batch.captured.item(row),
            columns.key_at.item(following),
            columns.size.item(following),
            columns.at.item(following),
            columns.tcp.item(following),
            False,
        )

    def half(self, number: int) -> Half | None:
        """The half of a slot or group; None for a group of which no packet was looked at."""
        half = self.halves.get(number)
        if half is None and number >= 0:
            half = self.halves[number] = self.cache.half(number)
        return half

    def open(self, number: int, place: int, half: Half) -> None:
        """The half of a group after its first packet, which stood at `place`."""
        self.halves[number] = half
        self.opened[number] = place

    def may_count(self, half: Half) -> bool:
        """False when no packet of this half is counted by arrays here."""
        if half.slot == NOWHERE:
            return self.groups > 0
        if self._busy is None:
            self._busy = self.cache.marked(self.numbers[~self.strict])
        return bool(self._busy[half.slot])

    def count(self, end: int) -> int:
        """Count the packets before the row `end` that were not counted yet; how many there are,
        with those of them that were looked at."""
        stop = int(np.searchsorted(self.columns.rows, end))
        done, self._done = self._done, max(self._done, stop)
        if stop <= done:
            return 0
        if self.looked:
            self.numbers[self.looked] = NOWHERE
            self.looked.clear()
        part = slice(done, stop)
        columns = self.columns
        self.cache.count(self.numbers[part], columns.size[part], columns.at[part])
        if self.groups:
            for number, packets, size, at in self.cache.take(NOWHERE - self.groups):
                half = self.halves[number]
                half.packets += packets
                half.bytes += size
                half.last = max(half.last, at)
        return stop - done
