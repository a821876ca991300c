"""A log that is still being written: its new lines, over rotations of any kind (like tail -F)."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from camscan.errors import SourceError
from camscan.sources.source_file import HEAD, SourceFile
from camscan.sources.stream import ByteStream

_MOST = 8 << 20  # bytes that one look takes
_LONGEST = 1 << 16  # a line without an end is given up beyond this


class Piece(SourceFile):
    """Some bytes of a file, read as if they were the file."""

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(name)
        self._data = data

    def head(self) -> bytes:
        """Its beginning."""
        return self._data[:HEAD]

    @contextmanager
    def open(self) -> Iterator[ByteStream]:
        """All of it, as often as wanted."""
        yield ByteStream(io.BytesIO(self._data), self.name)


class FollowedFile:
    """The lines that are added to `path` from now on. Raises SourceError when it is not there.

    A file that was renamed and made anew, or cut to nothing, is read from its start. Comment
    lines (`#`) at the top of a file are put before every piece: some logs name their fields there.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.rotations = 0
        self._rest = b""
        self._file = self._opened()
        if self._file is None:
            raise SourceError(f"cannot follow {path}: it is not there or may not be read")
        self._heading = self._read_heading(self._file)
        self._file.seek(0, os.SEEK_END)

    def new_lines(self) -> Piece | None:
        """What was added, in whole lines; None when there is nothing."""
        data = self._take()
        if len(data) < _MOST and self._was_rotated():
            data += self._reopened()
        data = self._rest + data
        whole, end, self._rest = data.rpartition(b"\n")
        if len(self._rest) > _LONGEST:
            self._rest = b""
        if not whole:
            return None
        return Piece(self.path, self._heading + whole + end)

    def close(self) -> None:
        """Follow no more."""
        if self._file is not None:
            self._file.close()

    def _opened(self) -> BinaryIO | None:
        try:
            return Path(self.path).open("rb")
        except OSError:
            return None

    def _take(self) -> bytes:
        if self._file is None:
            return b""
        return self._file.read(_MOST)

    def _was_rotated(self) -> bool:
        """Another file has the name now, or the same one is shorter than what was read of it."""
        try:
            there = Path(self.path).stat()
        except OSError:
            return False  # between the renaming and the making of the new one
        if self._file is None:
            return True
        own = os.fstat(self._file.fileno())
        if (own.st_dev, own.st_ino) != (there.st_dev, there.st_ino):
            return True
        return there.st_size < self._file.tell()

    def _reopened(self) -> bytes:
        if self._file is not None:
            self._file.close()
        self._rest = b""
        self.rotations += 1
        self._file = self._opened()
        if self._file is None:
            return b""
        self._heading = self._read_heading(self._file)
        return self._take()

    @staticmethod
    def _read_heading(file: BinaryIO) -> bytes:
        """The comment lines at the top; the place is behind them."""
        heading = b""
        file.seek(0)
        while len(heading) < HEAD // 4:
            at = file.tell()
            line = file.readline(_LONGEST)
            if not line.startswith(b"#") or not line.endswith(b"\n"):
                file.seek(at)
                break
            heading += line
        return heading
