"""The process that reads captures for another one, and nothing else: piece_process.py starts it.

It ends when its standard input does, also by the death of who reads.
"""

from __future__ import annotations

import mmap
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from camscan.errors import SourceError
from camscan.sources.capture import batches
from camscan.sources.piece_message import Kind, Message
from camscan.sources.shared_pieces import COLUMNS, ROWS, SIZE, Columns, Ring
from camscan.sources.source_file import SourceFile
from camscan.sources.stream import ByteStream


def main(arguments: Sequence[str]) -> None:
    """Read the files whose names come, each until all of it was told."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the reading to act on
    number = int(arguments[0])
    os.truncate(number, SIZE)  # the same as the reading does, whoever comes first
    serve(sys.stdin.buffer, sys.stdout.buffer, mmap.mmap(number, SIZE))


def serve(orders: IO[bytes], answers: IO[bytes], data: mmap.mmap) -> None:
    """An order is the length of a name in four bytes and the name; a byte comes back for each
    batch that is done with."""
    while head := orders.read(4):
        name = orders.read(int.from_bytes(head, "little")).decode("utf-8", "surrogateescape")
        try:
            _Telling(orders, answers, data).tell(SourceFile(name))
        except (SourceError, BufferError, EOFError):
            with suppress(OSError):
                Message(Kind.FAILED).send(answers)
            return


class _Telling:
    """What of one file was told, and how much of it is done with."""

    def __init__(self, orders: IO[bytes], answers: IO[bytes], data: mmap.mmap) -> None:
        self._orders = orders
        self._answers = answers
        self._data = data
        self._columns = Columns(data)
        self._ring: Ring | None = None
        self._told = self._done = 0
        self._ends: list[int] = []
        """How many batches there were at the end of each piece."""

    def tell(self, file: SourceFile) -> None:
        """All of a file. Raises SourceError, BufferError, EOFError."""
        with file.open() as stream:
            for batch in batches(stream, self._report, self._begin):
                assert self._ring is not None
                for begin in range(0, len(batch), ROWS):
                    part = batch.part(begin, begin + ROWS)
                    self._wait(self._told - COLUMNS + 1)
                    self._columns.put(self._told, part)
                    taken = self._ring.taken
                    Message(Kind.BATCH, len(part), part.linktype, taken).send(self._answers)
                    self._told += 1
        Message(Kind.END).send(self._answers)
        self._wait(self._told)

    def _begin(self, head: bytes, stream: ByteStream) -> Ring:
        self._ring = Ring(head, stream, self._data, self._end)
        return self._ring

    def _end(self, pieces: int) -> None:
        """Wait until all batches of the first so many pieces are done with."""
        self._ends.append(self._told)
        if pieces > 0:
            self._wait(self._ends[pieces - 1])

    def _wait(self, batches: int) -> None:
        while self._done < batches:
            if not self._orders.read(1):
                raise EOFError
            self._done += 1

    def _report(self, reason: str) -> None:
        Message(Kind.REPORT, report=reason).send(self._answers)
