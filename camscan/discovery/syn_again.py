"""What is left of a finished part of a raw sweep: enough to ask its silent pairs again."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from camscan.discovery.loss import MOST_PASSES
from camscan.discovery.syn_part import SILENT, Part, Rows
from camscan.net.target_list import TargetList

SAMPLE_KNOWN = 300
SAMPLE_SILENT = 1000
AGAIN_ALIVE = (1, 2)
"""Attempts at the silent ports of a host that has answered at another one."""

MOST_SILENT = 1 + MOST_PASSES + 1
"""SYNs that a port of a host without any answer gets at most, the sample included."""

MOST_ALIVE = 1 + len(AGAIN_ALIVE) + 2 * MOST_PASSES + 1
"""SYNs that a port of a host that answers elsewhere gets at most: after each pass it is asked once
more, because a host that has just been found had no second chance yet."""


class Finished:
    """A finished part, one bit for each pair; `passes` is how often all silent pairs were asked
    beyond the first time."""

    def __init__(self, part: Part, passes: int, excluded: npt.NDArray[np.bool_]) -> None:
        self.lane = part.arrays.lane
        self.passes = passes
        self.size = len(part.indices)
        self.ports = len(part.ports)
        contiguous = self.size and part.indices[-1] - part.indices[0] + 1 == self.size
        self._indices = None if contiguous else part.indices
        self._first = int(part.indices[0]) if self.size else 0
        self._macs = (part.arrays.macs if part.on_link else part.arrays.macs[:1]).copy()
        over = (part.status != SILENT) | part.known | excluded | ~part.arrays.wanted
        self._over = np.packbits(over, axis=1)

    @property
    def pairs(self) -> int:
        return self.size * self.ports

    def indices(self) -> Rows:
        """The numbers of the target list."""
        if self._indices is not None:
            return self._indices
        return np.arange(self._first, self._first + self.size, dtype=np.int64)

    def macs(self) -> npt.NDArray[np.uint8]:
        """The MAC to send to, a row for each address."""
        if len(self._macs) == self.size:
            return self._macs
        return np.broadcast_to(self._macs, (self.size, 6))

    def silent(self, number: int) -> Rows:
        """Rows that are silent for a port and may be asked again."""
        over = np.unpackbits(self._over[number], count=self.size)
        return np.flatnonzero(over == 0)

    def is_silent(self, number: int, row: int) -> bool:
        return not self._over[number, row >> 3] >> (7 - (row & 7)) & 1

    def answered(self, number: int, row: int) -> None:
        """The pair is silent no more."""
        self._over[number, row >> 3] |= np.uint8(1 << (7 - (row & 7)))

    def row(self, index: int) -> int | None:
        """The row of a number of the target list, None when it is not of this part."""
        if self._indices is None:
            row = index - self._first
            return row if 0 <= row < self.size else None
        at = int(np.searchsorted(self._indices, index))
        return at if at < self.size and self._indices[at] == index else None


class Reservoir:
    """A fair sample of at most `size` of all pairs that are offered (Vitter's algorithm R)."""

    def __init__(self, size: int, chance: random.Random) -> None:
        self.pairs: list[tuple[int, int]] = []
        self._size = size
        self._seen = 0
        self._chance = chance

    def offer(self, index: int, number: int) -> None:
        self._seen += 1
        if len(self.pairs) < self._size:
            self.pairs.append((index, number))
        else:
            at = self._chance.randrange(self._seen)
            if at < self._size:
                self.pairs[at] = (index, number)


def sample_silent(
    finished: Sequence[Finished], size: int, chance: random.Random
) -> list[tuple[int, int]]:
    """(number of the target list, number of the port) of about `size` silent pairs."""
    weights = [one.pairs for one in finished]
    if not sum(weights):
        return []
    found: set[tuple[int, int]] = set()
    for one in chance.choices(finished, weights, k=2 * size):
        number, row = chance.randrange(one.ports), chance.randrange(one.size)
        if one.is_silent(number, row):
            found.add((int(one.indices()[row]), number))
        if len(found) == size:
            break
    return sorted(found)


def lane_and_mac(
    finished: Sequence[Finished], index: int
) -> tuple[int, npt.NDArray[np.uint8]] | None:
    """How an address of a finished part is reached."""
    for one in finished:
        row = one.row(index)
        if row is not None:
            return one.lane, one.macs()[row]
    return None


def octets_of(targets: TargetList, indices: Rows) -> npt.NDArray[np.uint8]:
    """Address bytes of numbers that are all of one IP version."""
    version = next(targets.parts(indices[:1]))[0].version
    return targets.octets(version, indices)
