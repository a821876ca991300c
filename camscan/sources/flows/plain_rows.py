"""Which plain packets of a batch are counted by arrays, and for whom.

Packets of one direction that has no slot in the cache yet are a group: the first of them is looked
at one by one, those behind it are counted for the half that it opened.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from camscan.sources.flows.columns import Columns, Rows
from camscan.sources.flows.connection import IDLE, NOWHERE, TCP, Half
from camscan.sources.flows.half_cache import HalfCache


class PlainRows:
    """The plain packets of one IP version in a batch, from the row `begin` on.

    `counted` marks the places (in `columns`) that arrays count once they are passed, `noisy` those
    that must be looked at in order, `strict` those of them that cannot be counted in any case.
    `numbers` are slots of the cache, or the numbers of groups, which are negative.
    """

    def __init__(self, columns: Columns, cache: HalfCache, begin: int) -> None:
        later = int(np.searchsorted(columns.rows, begin))
        self.columns = columns = columns if not later else columns.only(columns.rows >= begin)
        self.cache = cache
        self.numbers = slots = cache.find(columns.words)
        known = slots != NOWHERE
        quiet = columns.silent & ~columns.syn
        self.counted = known & ~columns.syn & (quiet | ~cache.hooked[slots])
        self.strict = columns.syn.copy()
        late = self._late(known)
        self.counted[late] = False
        self.strict[late] = True
        unknown = np.flatnonzero(~known)
        self.groups = 0
        if len(unknown):
            self._group(unknown, quiet)
        self.noisy = ~self.counted
        self.halves: dict[int, Half] = {}
        self.opened: dict[int, int] = {}
        """Of each group whose half is known: the place of its first packet."""
        self.deferred: list[int] = []
        """Places that need not be looked at after all: nothing is sought in them any more."""
        self._done = 0
        self._busy: NDArray[np.bool_] | None = None

    def _group(self, unknown: Rows, quiet: NDArray[np.bool_]) -> None:
        """Number the directions of packets without a slot."""
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
        self.counted[places] = quiet[places] & ~new
        at = self.columns.at[places]
        late = places[1:][~new[1:] & (at[1:] - at[:-1] > IDLE)]
        self.strict[late[self.columns.words[-1][late] >> np.uint64(32) != TCP]] = True

    def _late(self, known: NDArray[np.bool_]) -> Rows:
        """Packets other than TCP's before which their half had nothing for so long."""
        at, slots = self.columns.at, self.numbers
        late = np.flatnonzero(known & (at - self.cache.last[slots] > IDLE))
        if len(late):
            late = late[self.columns.words[-1][late] >> np.uint64(32) != TCP]
        if len(late) < 2:
            return late
        late = late[np.argsort(slots[late], kind="stable")]
        slots, times = slots[late], at[late]
        chosen = np.ones(len(late), np.bool_)
        chosen[1:] = (slots[1:] != slots[:-1]) | (times[1:] - times[:-1] > IDLE)
        return late[chosen]

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
        """Count the packets before the row `end` that were not counted yet; how many there are."""
        if self.deferred:
            self.counted[self.deferred] = True
            self.deferred.clear()
        stop = int(np.searchsorted(self.columns.rows, end))
        if stop <= self._done:
            return 0
        chosen = np.flatnonzero(self.counted[self._done : stop]) + self._done
        self._done = stop
        columns = self.columns
        self.cache.count(self.numbers[chosen], columns.size[chosen], columns.at[chosen])
        if self.groups:
            for number, packets, size, at in self.cache.take(NOWHERE - self.groups):
                half = self.halves[number]
                half.packets += packets
                half.bytes += size
                half.last = max(half.last, at)
        return len(chosen)
