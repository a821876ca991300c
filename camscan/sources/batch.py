"""Many packets at once: their times, places and lengths as arrays over one buffer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from camscan.sources.pcap import Packet


class Batch:
    """Packets of one link type in `data`, in file order.

    `at` are seconds (float64); `start`, `captured` and `wire` (int64) are the first byte of each
    packet, the bytes that are there, and its length on the wire, never less than `captured`.
    """

    __slots__ = ("at", "captured", "data", "linktype", "start", "wire")

    def __init__(
        self,
        data: bytes,
        linktype: int,
        at: NDArray[np.float64],
        start: NDArray[np.int64],
        captured: NDArray[np.int64],
        wire: NDArray[np.int64],
    ) -> None:
        self.data = data
        self.linktype = linktype
        self.at = at
        self.start = start
        self.captured = captured
        self.wire = np.maximum(wire, captured)

    def __len__(self) -> int:
        return len(self.start)

    def part(self, begin: int, end: int) -> Batch:
        """Some packets of the batch."""
        rows = slice(begin, end)
        columns = self.at[rows], self.start[rows], self.captured[rows], self.wire[rows]
        return Batch(self.data, self.linktype, *columns)

    def packets(self, rows: NDArray[np.int64] | None = None) -> Iterator[Packet]:
        """The packets one by one, all or those of `rows`."""
        data, linktype = self.data, self.linktype
        columns = (self.at, self.start, self.captured, self.wire)
        if rows is not None:
            columns = tuple(column[rows] for column in columns)
        lists = (column.tolist() for column in columns)
        for at, start, captured, wire in zip(*lists, strict=True):
            yield at, linktype, data, start, start + captured, wire


def words(data: bytes, places: NDArray[np.int64], count: int, order: str) -> NDArray[np.uint32]:
    """`count` 32-bit words at each of `places`, which must all lie inside `data`: one row each."""
    whole = np.ndarray((len(data) - 4 * count + 1,), f"V{4 * count}", data, 0, (1,))
    return whole[places].view(f"{order}u4").reshape(-1, count)
