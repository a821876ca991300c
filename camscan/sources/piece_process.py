"""Another process reads large captures and finds their packets, while this one looks at them.

What it finds comes in the order of the file and is what this process would find itself; when that
one ends, this one goes on where it stopped.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, cast

from camscan.sources import capture
from camscan.sources.piece_message import Kind, receive
from camscan.sources.read_ahead import read_ahead
from camscan.sources.source_file import SourceFile
from camscan.sources.stream import STOPPED

if TYPE_CHECKING:
    from subprocess import Popen

    from camscan.sources.batch import Batch

LARGE = 200_000_000
"""Bytes of all captures together from which a process is started: it needs 0.3 s to begin."""

Report = Callable[[str], None]


class PieceReader:
    """`batches` of files, read by the process `child` as long as it lives."""

    def __init__(self, child: Popen[bytes] | None = None) -> None:
        self.child = child
        self._data: mmap.mmap | None = None

    def map(self, number: int) -> None:
        """The memory that is shared with the process: an open file of any size. Raises OSError."""
        # Loads numpy, which takes a tenth of a second: meanwhile the process does the same.
        from camscan.sources.shared_pieces import SIZE

        os.truncate(number, SIZE)
        self._data = mmap.mmap(number, SIZE)

    def batches(self, file: SourceFile, report: Report) -> Iterator[Batch]:
        """What `capture.batches` gives for a file, each batch until the next one is asked for.
        Raises SourceError."""
        told = _Told(report)
        if self.child is not None and self._data is not None and file.path is not None:
            with suppress(OSError, EOFError):
                yield from _from_child(file, told, self.child, self._data)
            if told.ended:
                return
            self.close()
            if told.stopped:
                return
        yield from _from_here(file, told)

    def close(self) -> None:
        """End the process: nothing of it is needed any more."""
        child, self.child = self.child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                with suppress(OSError):  # what was not sent yet has no reader
                    cast(IO[bytes], pipe).close()


class _Told:
    """How much of a file the process has told before it ended."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._again = 0
        self.reports = self.packets = 0
        self.ended = self.stopped = False

    def report(self, reason: str) -> None:
        """Something that cannot be read."""
        self.reports += 1
        self._report(reason)

    def report_rest(self, reason: str) -> None:
        """The same, when the file is read again from its beginning."""
        self._again += 1
        if self._again > self.reports:
            self._report(reason)


def _from_child(
    file: SourceFile, told: _Told, child: Popen[bytes], data: mmap.mmap
) -> Iterator[Batch]:
    """Raises OSError and EOFError when the process ends."""
    from camscan.sources.shared_pieces import Columns

    orders, answers = cast(IO[bytes], child.stdin), cast(IO[bytes], child.stdout)
    name = file.name.encode("utf-8", "surrogateescape")
    orders.write(len(name).to_bytes(4, "little") + name)
    orders.flush()
    columns = Columns(data)
    number = 0
    while (message := receive(answers)).kind is not Kind.FAILED:
        if message.kind is Kind.END:
            told.ended = True
            return
        if message.kind is Kind.REPORT:
            told.report(message.report)
            continue
        if file.stopped:
            told.report(f"{STOPPED} (after byte {message.taken} of the unpacked data)")
            told.stopped = True
            return
        yield columns.get(number, message.rows, message.linktype)
        told.packets += message.rows
        number += 1
        orders.write(b"\1")
        orders.flush()


def _from_here(file: SourceFile, told: _Told) -> Iterator[Batch]:
    """What the process has not told yet."""
    passed = told.packets
    with file.open() as packed, read_ahead(packed) as stream:
        for batch in capture.batches(stream, told.report_rest):
            if passed < len(batch):
                yield batch.part(passed, len(batch)) if passed else batch
            passed = max(0, passed - len(batch))


@contextmanager
def piece_reader(files: Sequence[SourceFile], *, large: int = LARGE) -> Iterator[PieceReader]:
    """A reader that has a process where one is worth its while and can be had."""
    reader = PieceReader()
    if _size(files) >= large and hasattr(os, "memfd_create"):
        with suppress(OSError):  # no process can be had
            reader = _with_process()
    try:
        yield reader
    finally:
        reader.close()


def _with_process() -> PieceReader:
    """On one core there is none."""
    from camscan.sources import own_process

    if own_process.cores() < 2:
        return PieceReader()
    number = os.memfd_create("camscan-pieces")
    try:
        child = own_process.start("camscan.sources.piece_child", [str(number)], files=[number])
        reader = PieceReader(child)
        try:
            reader.map(number)
        except OSError:
            reader.close()
            raise
        return reader
    finally:
        os.close(number)


def _size(files: Sequence[SourceFile]) -> int:
    size = 0
    for file in files:
        if file.path is not None:
            with suppress(OSError):
                size += file.path.stat().st_size
    return size
