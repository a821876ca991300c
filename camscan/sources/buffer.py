"""The piece of a stream that is being read: what is left of the last piece, and the next one."""

from __future__ import annotations

import mmap
from contextlib import suppress
from typing import Protocol

from camscan.sources.stream import ByteStream

AHEAD = 80
"""Bytes behind `size` that may be read, so that the headers of each packet can be unchecked."""

Memory = bytes | mmap.mmap

_PADDING = bytes(AHEAD)
CHUNK = 1 << 24
PIECE = 120 << 10
"""Small enough that malloc does not map memory anew for each (from 128 KiB on it does)."""
PAGE = 4096


class Buffer(Protocol):
    """`data[begin:size]` is what is there; AHEAD bytes follow it."""

    data: Memory
    begin: int
    size: int

    def more(self, position: int) -> bool:
        """Drop what stands before `position` and add the next piece; False at the end. What is
        kept stands at `begin` then."""


class Joined:
    """Each piece is a `bytes` of its own: what was taken from it stays as it is."""

    data: Memory
    begin = 0

    def __init__(self, head: bytes, stream: ByteStream) -> None:
        self._stream = stream
        self.data = head + _PADDING
        self.size = len(head)

    def more(self, position: int) -> bool:
        """Drop what stands before `position` and add the next piece; False at the end."""
        piece = self._stream.chunk(PIECE)
        if piece:
            self.data = b"".join((self.data[position : self.size], piece, _PADDING))
            self.size += len(piece) - position
        return bool(piece)


class Reused:
    """One piece of memory for all: `data` is overwritten by `more`. Large files cost less so.

    Each piece goes where its place in a page is the same as in the file: copies to a few bytes
    further on in a page take three times as long on some processors.
    """

    data: Memory

    def __init__(self, head: bytes, stream: ByteStream) -> None:
        self._stream = stream
        self._taken = self.size = len(head)
        self.begin = 0
        self._make_room(self.size)
        self._view[: self.size] = head

    def more(self, position: int) -> bool:
        """Drop what stands before `position` and add the next piece; False at the end."""
        rest = bytes(self._view[position : self.size])
        start = -(-len(rest) // PAGE) * PAGE + self._taken % PAGE
        if start + CHUNK + AHEAD > len(self.data):
            self._make_room(start)
        self.begin = start - len(rest)
        self._view[self.begin : start] = rest
        read = self._stream.fill(self._view[start : start + CHUNK])
        self._taken += read
        self.size = start + read
        return bool(read)

    def _make_room(self, kept: int) -> None:
        self.data = _memory(2 * kept + 2 * CHUNK + PAGE)
        self._view = memoryview(self.data)


def _memory(size: int) -> mmap.mmap:
    """Memory of large pages where there are any: headers stand far apart, and to find the page of
    each takes longer than to read it."""
    if not hasattr(mmap, "MADV_HUGEPAGE"):
        return mmap.mmap(-1, size)
    made = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with suppress(OSError):  # not in every kernel
        made.madvise(mmap.MADV_HUGEPAGE)
    return made
