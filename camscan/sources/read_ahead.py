"""The next pieces of a packed file are unpacked by a thread while the last one is being used."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from camscan.sources.stream import CHUNK, ByteStream

_PIECES = 4  # each about a mebibyte


class ReadAhead(ByteStream):
    """A stream that gives what `stream` gives; `close` must be called before that one is closed."""

    def __init__(self, stream: ByteStream) -> None:
        self.name = stream.name
        self.path = stream.path
        self.problem = None
        self.packed = True
        self.stop = None
        self._pending = self._ahead = b""
        self._stream = stream
        self._pieces: queue.Queue[bytes | BaseException] = queue.Queue(_PIECES)
        self._is_over = self._closing = False
        self._thread = threading.Thread(target=self._run, name="read-ahead", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop and wait for the thread; what was read ahead is lost."""
        self._closing = True
        while self._thread.is_alive():
            try:
                self._pieces.get(timeout=0.01)
            except queue.Empty:
                continue

    def _next(self, size: int = CHUNK) -> bytes:
        if self._is_over:
            return b""
        piece = self._pieces.get()
        if isinstance(piece, bytes) and piece:
            return piece
        self._is_over = True
        self.problem = self._stream.problem
        if isinstance(piece, BaseException):
            raise piece
        return b""

    def _run(self) -> None:
        piece: bytes | BaseException = b"more"
        while isinstance(piece, bytes) and piece and not self._closing:
            try:
                piece = self._stream.chunk()
            except BaseException as error:  # noqa: BLE001 - raised again by `_next`
                piece = error
            self._pieces.put(piece)


@contextmanager
def read_ahead(stream: ByteStream) -> Iterator[ByteStream]:
    """The same stream, unpacked by a thread where it is a packed file. A pipe is left as it is:
    waiting for its next byte could not be ended."""
    if not stream.packed or stream.path is None or not stream.path.is_file():
        yield stream
        return
    ahead = ReadAhead(stream)
    try:
        yield ahead
    finally:
        ahead.close()
