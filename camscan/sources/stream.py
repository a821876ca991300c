"""Bytes of a file or standard input, gzip and zstd undone, in bounded memory."""

from __future__ import annotations

import io
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from camscan.errors import SourceError

if TYPE_CHECKING:
    import zstandard

CHUNK = 1 << 20
STANDARD_INPUT = "-"
STOPPED = "reading was stopped here"
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BITE = 1 << 10
_WINDOW = 1 << 27  # bytes: what `zstd --long` writes; RFC 8878 asks only for 8 MiB


class ByteStream:
    """Sequential reads; `problem` says in words why the data ended early, or is None.

    `path` is the file itself for readers that need one (None for standard input), `packed` says
    whether its bytes are compressed. Once `stop` gives True the data ends.
    """

    def __init__(self, raw: BinaryIO, name: str, path: Path | None = None) -> None:
        self._raw = raw
        self.name = name
        self.path = path
        self.problem: str | None = None
        self._pending = raw.read(4)
        self._inflate = zlib.decompressobj(31) if self._pending[:2] == _GZIP else None
        self._is_zstd = self._pending == _ZSTD
        self._zstd: zstandard.ZstdDecompressionObj | None = None
        self._bites = b""
        self._bitten = 0
        self.packed = self._inflate is not None or self._is_zstd
        self._ahead = b""
        self.stop: Callable[[], bool] | None = None

    def peek(self, size: int) -> bytes:
        """The next bytes, `size` of them where there are so many, without taking them."""
        while len(self._ahead) < size:
            piece = self._next()
            if not piece:
                break
            self._ahead += piece
        return self._ahead

    def chunk(self, size: int = CHUNK) -> bytes:
        """The next bytes, about a mebibyte, or `size` where the file is not packed; empty at the
        end (see `problem`)."""
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            return ahead
        return self._next(size)

    def fill(self, room: memoryview) -> int:
        """Put the next bytes into `room`; how many, 0 at the end."""
        if not self._ahead and not self._pending and not self.packed:
            return self._read_into(room)
        piece = self.chunk()
        self._ahead = piece[len(room) :]
        piece = piece[: len(room)]
        room[: len(piece)] = piece
        return len(piece)

    def _read_into(self, room: memoryview) -> int:
        """As `_take`, without memory of its own where the file can do so."""
        if self._stopped():
            return 0
        try:
            if isinstance(self._raw, io.BufferedReader | io.FileIO):
                return self._raw.readinto(room) or 0
            piece = self._raw.read(len(room))
        except OSError as error:
            self.problem = f"cannot be read further: {error}"
            return 0
        room[: len(piece)] = piece
        return len(piece)

    def _stopped(self) -> bool:
        if self.stop is None or not self.stop():
            return False
        self.problem = STOPPED
        return True

    def _next(self, size: int = CHUNK) -> bytes:
        if self._is_zstd:
            return self._unpacked_zstd()
        if self._inflate is None:
            return self._take(size)
        return self._unpacked()

    def _take(self, size: int = CHUNK) -> bytes:
        """The next raw bytes; an error of the medium ends the data and is kept as the problem."""
        if self._pending:
            pending, self._pending = self._pending, b""
            return pending
        if self._stopped():
            return b""
        try:
            return self._raw.read(size)
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

    def _unpacked_zstd(self) -> bytes:
        """About a mebibyte; the input goes in by small bites, for one may unpack to 43 MiB."""
        import zstandard

        pieces: list[bytes] = []
        size = 0
        while size < CHUNK and self.problem is None:
            if self._bitten >= len(self._bites):
                self._bites, self._bitten = self._take(), 0
                if not self._bites:
                    if self._zstd is not None:
                        self.problem = self.problem or "zstd data ends before its end mark"
                    break
            bite = self._bites[self._bitten : self._bitten + _BITE]
            self._bitten += len(bite)
            if self._zstd is None:
                self._zstd = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
            try:
                piece = self._zstd.decompress(bite)
            except zstandard.ZstdError as error:
                self.problem = f"zstd data is corrupt: {error}"
                break
            pieces.append(piece)
            size += len(piece)
            if self._zstd.eof:
                self._bitten -= len(self._zstd.unused_data)
                self._zstd = None
        return b"".join(pieces)

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
            stream = ByteStream(raw, path, Path(path))
        except OSError as error:
            raise SourceError(f"cannot read {path}: {error.strerror or error}") from error
        yield stream
