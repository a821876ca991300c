"""A file that a reader may open more than once, or standard input, which it can only once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from camscan.errors import SourceError
from camscan.sources.stream import STANDARD_INPUT, ByteStream, open_stream

HEAD = 1 << 16


class SourceFile:
    """`name` as it was given; `path` is None for standard input. `stop` ends the data early."""

    def __init__(self, name: str, stop: Callable[[], bool] | None = None) -> None:
        self.name = name
        self._stop = stop
        self.path = None if name == STANDARD_INPUT else Path(name)
        self._held = ExitStack()
        self._input: ByteStream | None = None

    @property
    def written(self) -> float:
        """When the file last changed (seconds since the epoch); standard input: now."""
        if self.path is None:
            return time.time()
        try:
            return self.path.stat().st_mtime
        except OSError:
            return time.time()

    @property
    def stopped(self) -> bool:
        """Whether its data is to end now."""
        return self._stop is not None and self._stop()

    def head(self) -> bytes:
        """The first 64 KiB, unpacked, without taking them. Raises SourceError; empty: no data."""
        if self.path is None:
            return self._standard_input().peek(HEAD)[:HEAD]
        with open_stream(self.name) as stream:
            head = stream.peek(HEAD)[:HEAD]
            if not head and stream.problem:
                raise SourceError(f"{self.name}: {stream.problem}")
            return head

    @contextmanager
    def open(self) -> Iterator[ByteStream]:
        """The bytes, unpacked, from the first one on (standard input: only once)."""
        if self.path is None:
            stream = self._standard_input()
            stream.stop = self._stop
            yield stream
            return
        with open_stream(self.name) as stream:
            stream.stop = self._stop
            yield stream

    def _standard_input(self) -> ByteStream:
        if self._input is None:
            self._input = self._held.enter_context(open_stream(STANDARD_INPUT))
        return self._input
