"""Many packets at once: their times, places and lengths as arrays over one buffer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camscan.sources.buffer import AHEAD, Memory
from camscan.sources.pcap import Packet

Window = NDArray[np.void]
Heads = NDArray[np.uint64]

HEAD = 48
"""Bytes of a packet that every batch holds as columns."""


class Batch:
    """Packets of one link type in `data`, in file order.

    `at` are seconds (float64); `start`, `captured` and `wire` (int64) are the first byte of each
    packet, the bytes that are there, and its length on the wire, never less than `captured`.
    `heads` are the first HEAD bytes of each, or what stands in their place behind its end: one row
    for each eight of them, as little-endian numbers.
    """

    __slots__ = ("at", "captured", "data", "heads", "linktype", "start", "wire")

    def __init__(
        self,
        data: Memory,
        linktype: int,
        at: NDArray[np.float64],
        start: NDArray[np.int64],
        captured: NDArray[np.int64],
        wire: NDArray[np.int64],
        heads: Heads | None = None,
    ) -> None:
        self.data = data
        self.linktype = linktype
        self.at = at
        self.start = start
        self.captured = captured
        self.wire = np.maximum(wire, captured)
        self.heads = columns(data, start, HEAD) if heads is None else heads

    def __len__(self) -> int:
        return len(self.start)

    def part(self, begin: int, end: int) -> Batch:
        """Some packets of the batch."""
        rows = slice(begin, end)
        columns = self.at[rows], self.start[rows], self.captured[rows], self.wire[rows]
        return Batch(self.data, self.linktype, *columns, self.heads[:, rows])

    def window(self, rows: NDArray[np.int64]) -> Window:
        """The first AHEAD bytes of some packets, or what stands in their place."""
        return windows(self.data, self.start[rows], AHEAD)

    def packets(self, rows: NDArray[np.int64] | None = None) -> Iterator[Packet]:
        """The packets one by one, all or those of `rows`; each with a buffer of its own."""
        data, linktype = memoryview(self.data), self.linktype
        columns: tuple[NDArray[Any], ...] = (self.at, self.start, self.captured, self.wire)
        if rows is not None:
            columns = tuple(column[rows] for column in columns)
        lists = (column.tolist() for column in columns)
        for at, start, captured, wire in zip(*lists, strict=True):
            yield at, linktype, bytes(data[start : start + captured]), 0, captured, wire


def windows(data: Memory, places: NDArray[np.int64], size: int) -> Window:
    """`size` bytes at each of `places`, all of which must lie inside `data`."""
    return np.ndarray((len(data) - size + 1,), f"V{size}", data, 0, (1,))[places]


def columns(data: Memory, places: NDArray[np.int64], size: int) -> Heads:
    """The same, a multiple of eight, as little-endian numbers: one row for each eight bytes."""
    words: Heads = windows(data, places, size).view("<u8").reshape(len(places), size // 8)
    return words.T.copy()


def halves(word: Heads, order: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Two numbers of four bytes that follow each other, from a row of `columns`."""
    low, high = np.uint64(0xFFFFFFFF), np.uint64(32)
    if order == "<":
        return (word & low).view(np.int64), (word >> high).view(np.int64)
    swapped = word.byteswap()
    return (swapped >> high).view(np.int64), (swapped & low).view(np.int64)


def field(window: Window, at: int, kind: str) -> NDArray[Any]:
    """One field of every window, copied; `kind` is a number as numpy writes it, such as `>u2`."""
    return window.view(_form(at, kind, window.dtype.itemsize))["x"].copy()


@lru_cache(maxsize=256)
def _form(at: int, kind: str, size: int) -> np.dtype[np.void]:
    return np.dtype({"names": ["x"], "formats": [kind], "offsets": [at], "itemsize": size})
