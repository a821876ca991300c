"""Bytes of a file or standard input, gzip undone, in bounded memory."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from camscan.errors import SourceError

CHUNK = 1 << 20
STANDARD_INPUT = "-"
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


class ByteStream:
    """Sequential reads; `problem` says in words why the data ended early, or is None."""

    def __init__(self, raw: BinaryIO, name: str) -> None:
        self._raw = raw
        self.name = name
        self.problem: str | None = None
        self._pending = raw.read(4)
        if self._pending == _ZSTD:
            raise SourceError(f"{name}: zstd is not read yet; unpack it with `zstd -d` first")
        self._inflate = zlib.decompressobj(31) if self._pending[:2] == _GZIP else None
        self._ahead = b""

    def peek(self, size: int) -> bytes:
        """The next bytes, `size` of them where there are so many, without taking them."""
        while len(self._ahead) < size:
            piece = self._next()
            if not piece:
                break
            self._ahead += piece
        return self._ahead

    def chunk(self) -> bytes:
        """The next bytes, about a mebibyte; empty at the end (see `problem`)."""
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            return ahead
        return self._next()

    def _next(self) -> bytes:
        if self._inflate is None:
            return self._take()
        return self._unpacked()

    def _take(self) -> bytes:
        """The next raw bytes; an error of the medium ends the data and is kept as the problem."""
        if self._pending:
            pending, self._pending = self._pending, b""
            return pending
        try:
            return self._raw.read(CHUNK)
        except OSError as error:
            self.problem = f"cannot be read further: {error}"
            return b""

    def _unpacked(self) -> bytes:
        while self._inflate is not None and self.problem is None:
            packed = self._inflate.unconsumed_tail or self._take()
            try:
                piece = self._inflate.decompress(packed, CHUNK)
            except zlib.error as error:
                self.problem = f"gzip data is corrupt: {error}"
                return b""
            if self._inflate.eof:
                self._next_member()
            elif not packed and not piece:
                self.problem = "gzip data ends before its end mark"
            if piece:
                return piece
        return b""

    def _next_member(self) -> None:
        """Go on with the next gzip member of the file, if there is one."""
        rest = self._inflate.unused_data if self._inflate else b""
        rest = rest or self._take()
        self._inflate = None
        if rest[:2] == _GZIP:
            self._inflate = zlib.decompressobj(31)
            self._pending = rest


@contextmanager
def open_stream(path: str) -> Iterator[ByteStream]:
    """Open a path, or `-` for standard input; SourceError when it cannot be opened."""
    if path == STANDARD_INPUT:
        try:
            stream = ByteStream(sys.stdin.buffer, "standard input")
        except OSError as error:
            raise SourceError(f"cannot read standard input: {error.strerror or error}") from error
        yield stream
        return
    try:
        raw = Path(path).open("rb")  # noqa: SIM115 - closed below, the error is translated here
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror or error}") from error
    with raw:
        try:
            stream = ByteStream(raw, path)
        except OSError as error:
            raise SourceError(f"cannot read {path}: {error.strerror or error}") from error
        yield stream
