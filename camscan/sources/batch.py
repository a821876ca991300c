"""Many packets at once: their times, places and lengths as arrays over one buffer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camscan.sources.buffer import AHEAD
from camscan.sources.pcap import Packet

Window = NDArray[np.void]


class Batch:
    """Packets of one link type in `data`, in file order.

    `at` are seconds (float64); `start`, `captured` and `wire` (int64) are the first byte of each
    packet, the bytes that are there, and its length on the wire, never less than `captured`.
    `window` holds the first AHEAD bytes of each, or what stands in their place behind its end.
    """

    __slots__ = ("at", "captured", "data", "linktype", "start", "window", "wire")

    def __init__(
        self,
        data: bytes | bytearray,
        linktype: int,
        at: NDArray[np.float64],
        start: NDArray[np.int64],
        captured: NDArray[np.int64],
        wire: NDArray[np.int64],
        window: Window | None = None,
    ) -> None:
        self.data = data
        self.linktype = linktype
        self.at = at
        self.start = start
        self.captured = captured
        self.wire = np.maximum(wire, captured)
        self.window = windows(data, start, AHEAD) if window is None else window

    def __len__(self) -> int:
        return len(self.start)

    def part(self, begin: int, end: int) -> Batch:
        """Some packets of the batch."""
        rows = slice(begin, end)
        columns = self.at[rows], self.start[rows], self.captured[rows], self.wire[rows]
        return Batch(self.data, self.linktype, *columns, self.window[rows])

    def packets(self, rows: NDArray[np.int64] | None = None) -> Iterator[Packet]:
        """The packets one by one, all or those of `rows`; each with a buffer of its own."""
        data, linktype = memoryview(self.data), self.linktype
        columns: tuple[NDArray[Any], ...] = (self.at, self.start, self.captured, self.wire)
        if rows is not None:
            columns = tuple(column[rows] for column in columns)
        lists = (column.tolist() for column in columns)
        for at, start, captured, wire in zip(*lists, strict=True):
            yield at, linktype, bytes(data[start : start + captured]), 0, captured, wire


def windows(data: bytes | bytearray, places: NDArray[np.int64], size: int) -> Window:
    """`size` bytes at each of `places`, all of which must lie inside `data`."""
    return np.ndarray((len(data) - size + 1,), f"V{size}", data, 0, (1,))[places]


def field(window: Window, at: int, kind: str) -> NDArray[Any]:
    """One field of every window, copied; `kind` is a number as numpy writes it, such as `>u2`."""
    return window.view(_form(at, kind, window.dtype.itemsize))["x"].copy()


@lru_cache(maxsize=256)
def _form(at: int, kind: str, size: int) -> np.dtype[np.void]:
    return np.dtype({"names": ["x"], "formats": [kind], "offsets": [at], "itemsize": size})
