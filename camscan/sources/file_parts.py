"""A large file in parts that begin and end with lines, for several processes to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from camscan.errors import SourceError
from camscan.sources.stream import CHUNK, ByteStream, open_stream

PART = 1 << 24
"""Bytes of a part, about."""


class FilePart(Struct, frozen=True):
    """Bytes from `begin` on; up to `end`, or to the end of the file where that is None."""

    path: str
    begin: int = 0
    end: int | None = None


class PartStream:
    """The bytes of a part of a file; `problem` says why they ended early, or is None."""

    def __init__(self, raw: BinaryIO, part: FilePart) -> None:
        self.problem: str | None = None
        self._raw = raw
        self._left = None if part.end is None else part.end - part.begin
        raw.seek(part.begin)

    def chunk(self) -> bytes:
        """The next bytes, a mebibyte at most; empty at the end."""
        size = CHUNK if self._left is None else min(CHUNK, self._left)
        try:
            piece = self._raw.read(size)
        except OSError as error:
            self.problem = f"cannot be read further: {error}"
            return b""
        if self._left is not None:
            self._left -= len(piece)
            if not piece and self._left:
                self.problem = "it was cut while it was read"
        return piece


@contextmanager
def open_part(part: FilePart) -> Iterator[ByteStream | PartStream]:
    """Open a part of a file; a whole one may be packed. Raises SourceError."""
    if not part.begin and part.end is None:
        with open_stream(part.path) as stream:
            yield stream
        return
    try:
        raw = Path(part.path).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise SourceError(f"cannot read {part.path}: {error.strerror or error}") from error
    with raw:
        yield PartStream(raw, part)


def parts_of(path: str, size: int = PART) -> list[FilePart]:
    """A file in parts of about `size` bytes; one part when it is packed. Raises SourceError."""
    with open_stream(path) as stream:
        if stream.packed:
            return [FilePart(path)]
    try:
        with Path(path).open("rb") as raw:
            begins = [0, *_line_starts(raw, size)]
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror or error}") from error
    ends = [*begins[1:], None]
    return [FilePart(path, begin, end) for begin, end in zip(begins, ends, strict=True)]


def _line_starts(raw: BinaryIO, size: int) -> Iterator[int]:
    """Where the first line after each `size` bytes begins, as long as more than one follows."""
    length = raw.seek(0, 2)
    at = size
    while at < length:
        raw.seek(at)
        while piece := raw.read(1 << 16):
            line_feed = piece.find(b"\n")
            if line_feed >= 0:
                at += line_feed + 1
                break
            at += len(piece)
        if at >= length:
            return
        yield at
        at += size
