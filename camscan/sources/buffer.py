"""The piece of a stream that is being read: what is left of the last piece, and the next one."""

from __future__ import annotations

from typing import Protocol

from camscan.sources.stream import ByteStream

AHEAD = 80
"""Bytes behind `size` that may be read, so that the headers of each packet can be unchecked."""

_PADDING = bytes(AHEAD)
CHUNK = 1 << 22


class Buffer(Protocol):
    """`data[:size]` is what is there; AHEAD bytes follow it."""

    data: bytes | bytearray
    size: int

    def more(self, position: int) -> bool:
        """Drop what stands before `position` and add the next piece; False at the end."""


class Joined:
    """Each piece is a `bytes` of its own: what was taken from it stays as it is."""

    data: bytes | bytearray

    def __init__(self, head: bytes, stream: ByteStream) -> None:
        self._stream = stream
        self.data = head + _PADDING
        self.size = len(head)

    def more(self, position: int) -> bool:
        """Drop what stands before `position` and add the next piece; False at the end."""
        piece = self._stream.chunk()
        if piece:
            self.data = b"".join((self.data[position : self.size], piece, _PADDING))
            self.size += len(piece) - position
        return bool(piece)


class Reused:
    """One piece of memory for all: `data` is overwritten by `more`. Large files cost less so."""

    data: bytes | bytearray

    def __init__(self, head: bytes, stream: ByteStream) -> None:
        self._stream = stream
        self.size = len(head)
        self._make_room(0)
        self._view[: self.size] = head

    def more(self, position: int) -> bool:
        """Drop what stands before `position` and add the next piece; False at the end."""
        rest = bytes(self._view[position : self.size])
        if len(rest) + CHUNK + AHEAD > len(self.data):
            self._make_room(len(rest))
        self._view[: len(rest)] = rest
        read = self._stream.fill(self._view[len(rest) : len(rest) + CHUNK])
        self.size = len(rest) + read
        return bool(read)

    def _make_room(self, rest: int) -> None:
        self.data = bytearray(2 * max(rest, self.size) + 2 * CHUNK + AHEAD)
        self._view = memoryview(self.data)
