"""Directions of open connections by the hash of their addresses and ports, for whole batches.

What a batch counts stands in arrays until `settle` writes it into the halves themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from camscan.sources.flows.columns import Rows, Words
from camscan.sources.flows.packet_counter import NOWHERE, Half

MOST = 20_000
"""Packets of a batch: so many directions without a slot may have a number."""

_BITS = 15
_SLOTS = 1 << _BITS
_OTHERS = MOST + 2  # negative numbers, which arrays count from their end
_MIX = np.uint64(0x9E37_79B9_7F4A_7C15)  # 2**64 divided by the golden ratio (Knuth, TAOCP 6.4)


class HalfCache:
    """At most 32,768 halves; each may stand in one of two slots, and gives way to a third.

    A key is so many words, of which the last is never 0: that is an empty slot.
    """

    def __init__(self, words: int) -> None:
        self._keys = np.zeros((words, _SLOTS), np.uint64)
        self._packets = np.zeros(_SLOTS + _OTHERS, np.int64)
        self._bytes = np.zeros(_SLOTS + _OTHERS, np.int64)
        self.last = np.zeros(_SLOTS + _OTHERS, np.float64)
        self.last[_SLOTS:] = -np.inf
        self.hooked = np.zeros(_SLOTS, np.bool_)
        self._halves: dict[int, Half] = {}

    def find(self, words: Words) -> NDArray[np.intp]:
        """The slot of each key, NOWHERE where it has none."""
        slots = self._hash(words)
        missed = np.flatnonzero(~self._is_at(slots, words))
        if len(missed):
            second = slots[missed] ^ 1
            there = self._is_at(second, tuple(word[missed] for word in words))
            slots[missed] = np.where(there, second, NOWHERE)
        return slots

    def marked(self, slots: Rows) -> NDArray[np.bool_]:
        """For every slot whether it is among `slots`; what is negative marks any."""
        marks = np.zeros(_SLOTS, np.bool_)
        marks[slots] = True
        return marks

    def half(self, slot: int) -> Half:
        """The half in a used slot."""
        return self._halves[slot]

    def put(self, words: Words, halves: Sequence[Half]) -> None:
        """Give each half, none of which has a slot, one of its two; who has that one loses it."""
        for half, first in zip(halves, self._hash(words).tolist(), strict=True):
            second = first ^ 1
            slot = second if first in self._halves and second not in self._halves else first
            if slot in self._halves:
                self.drop(self._halves[slot])
            self._halves[slot] = half
            half.slot = slot
        rows = [row for row, half in enumerate(halves) if half.slot != NOWHERE]
        kept = [halves[row] for row in rows]
        slots = [half.slot for half in kept]
        for known, word in zip(self._keys, words, strict=True):
            known[slots] = word[rows]
        self.hooked[slots] = [bool(half.hook) for half in kept]
        self.last[slots] = [half.last for half in kept]

    def refresh(self, half: Half) -> None:
        """Note what changed in a half with a slot: its hook and its newest packet."""
        self.hooked[half.slot] = bool(half.hook)
        self.last[half.slot] = max(half.last, float(self.last[half.slot]))

    def count(self, numbers: Rows, sizes: NDArray[np.int64], at: NDArray[np.float64]) -> None:
        """Add packets with their sizes and times, each to the half in its slot, or to a number
        below NOWHERE, from which `take` gets the sums. NOWHERE itself takes what is nobody's."""
        np.add.at(self._packets, numbers, 1)
        np.add.at(self._bytes, numbers, sizes)
        np.maximum.at(self.last, numbers, at)

    def take(self, lowest: int) -> list[tuple[int, int, int, float]]:
        """What was counted for the numbers from `lowest` to below NOWHERE: number, packets, bytes,
        newest time, where there is any."""
        part = slice(lowest, NOWHERE)
        columns = self._packets[part], self._bytes[part], self.last[part]
        used = np.flatnonzero(columns[0])
        lists = [column[used].tolist() for column in columns]
        for column, empty in zip(columns, (0, 0, -np.inf), strict=True):
            column[:] = empty
        return list(zip((used + lowest).tolist(), *lists, strict=True))

    def settle(self, half: Half) -> None:
        """Write what was counted into a half; nothing when it has no slot."""
        if half.slot != NOWHERE and self._halves.get(half.slot) is half:
            self._settle(half.slot, half)

    def drop(self, half: Half) -> None:
        """Settle a half and forget it; nothing when it has no slot."""
        slot = half.slot
        if slot != NOWHERE and self._halves.get(slot) is half:
            self._settle(slot, half)
            self._keys[:, slot] = 0
            self.last[slot] = 0.0
            del self._halves[slot]
            half.slot = NOWHERE

    def clear(self) -> None:
        """Settle and forget every half."""
        slots = list(self._halves)
        lists = [column[slots].tolist() for column in (self._packets, self._bytes, self.last)]
        for half, packets, size, last in zip(self._halves.values(), *lists, strict=True):
            half.packets += packets
            half.bytes += size
            half.last = max(half.last, last)
            half.slot = NOWHERE
        self._halves.clear()
        self._keys[:] = 0
        for column in (self._packets, self._bytes, self.last):
            column[:_SLOTS] = 0

    def _settle(self, slot: int, half: Half) -> None:
        half.packets += int(self._packets[slot])
        half.bytes += int(self._bytes[slot])
        half.last = max(half.last, float(self.last[slot]))
        self._packets[slot] = self._bytes[slot] = 0

    def _is_at(self, slots: NDArray[np.intp], words: Words) -> NDArray[np.bool_]:
        there: NDArray[np.bool_] = self._keys[0][slots] == words[0]
        for known, word in zip(self._keys[1:], words[1:], strict=True):
            there &= known[slots] == word
        return there

    def _hash(self, words: Words) -> NDArray[np.intp]:
        mixed = words[0] * _MIX
        for word in words[1:]:
            mixed ^= word
            mixed *= _MIX
        mixed >>= np.uint64(64 - _BITS)
        return mixed.astype(np.intp)
