"""Memory that two processes share: one puts pieces of a capture there, the other reads them.

Pieces and the columns of their packets stand in rings of a few places. Who writes waits until the
batches of what stands there are done with.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camscan.sources.batch import HEAD, Batch
from camscan.sources.buffer import AHEAD, PAGE, Memory
from camscan.sources.pcap import MAX_CAPTURED
from camscan.sources.stream import ByteStream

CHUNK = 9 << 20
ROWS = 16_384
"""Packets of a batch at most."""
COLUMNS = 4
"""Batches whose columns have a place."""

_PIECES = 3
_REST = 2 * MAX_CAPTURED  # bytes of a packet that goes on in the next piece
_PIECE = -(-(_REST + CHUNK + AHEAD) // PAGE + 1) * PAGE
_ROW = 4 * 8 + HEAD
SIZE = _PIECES * _PIECE + COLUMNS * ROWS * _ROW


class Ring:
    """A Buffer whose pieces stand in shared memory. `end(n)` is called at the end of each piece
    and returns when the first n are done with. Raises BufferError for a record that is larger than
    there is room."""

    def __init__(
        self, head: bytes, stream: ByteStream, data: mmap.mmap, end: Callable[[int], None]
    ) -> None:
        self._stream = stream
        self._end = end
        self.data: Memory = data
        self._shared = data
        self.begin, self.size = 0, len(head)
        self._piece = 0
        self.taken = len(head)
        data[: self.size] = head

    def more(self, position: int) -> bool:
        """Drop what stands before `position` and add the next piece; False at the end."""
        rest = self.data[position : self.size]
        if len(rest) > _REST:
            raise BufferError(f"a record of more than {_REST} bytes")
        self._piece += 1
        self._end(self._piece - _PIECES + 1)
        base = self._piece % _PIECES * _PIECE
        start = base + -(-len(rest) // PAGE) * PAGE + self.taken % PAGE
        self.begin = start - len(rest)
        self._shared[self.begin : start] = rest
        with memoryview(self._shared) as whole, whole[start : start + CHUNK] as room:
            read = self._stream.fill(room)
        self.taken += read
        self.size = start + read
        return bool(read)


class Columns:
    """Where the columns of batches stand in the same memory."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data

    def put(self, number: int, batch: Batch) -> None:
        """The columns of the batch `number`, with ROWS packets at most."""
        times, numbers, heads = self._places(number, len(batch))
        times[:] = batch.at
        for row, column in zip(numbers, (batch.start, batch.captured, batch.wire), strict=True):
            row[:] = column
        heads[:] = batch.heads

    def get(self, number: int, rows: int, linktype: int) -> Batch:
        """The batch again, as long as nobody puts another one in its place."""
        times, numbers, heads = self._places(number, rows)
        start, captured, wire = numbers
        return Batch(self._data, linktype, times, start, captured, wire, heads)

    def _places(
        self, number: int, rows: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.uint64]]:
        at = _PIECES * _PIECE + number % COLUMNS * ROWS * _ROW

        def place(kind: type[Any], lines: int, behind: int) -> NDArray[Any]:
            return np.ndarray((lines, rows), kind, self._data, at + behind * 8 * rows)

        heads = place(np.uint64, HEAD // 8, 4)
        return place(np.float64, 1, 0)[0], place(np.int64, 3, 1), heads
