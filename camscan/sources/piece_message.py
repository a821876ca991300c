"""What a process that reads captures tells of them, one message after the other."""

from __future__ import annotations

from enum import IntEnum
from struct import Struct
from typing import IO, NamedTuple

_HEAD = Struct("<BIIQI")


class Kind(IntEnum):
    """`FAILED`: this file must be read by another."""

    BATCH = 1
    REPORT = 2
    END = 3
    FAILED = 4


class Message(NamedTuple):
    """A batch of `rows` packets of a link type, after the byte `taken` of the unpacked file was
    read; or a `report` of what could not be read."""

    kind: Kind
    rows: int = 0
    linktype: int = 0
    taken: int = 0
    report: str = ""

    def send(self, to: IO[bytes]) -> None:
        """Write it. Raises OSError when nobody listens."""
        text = self.report.encode()
        to.write(_HEAD.pack(self.kind, self.rows, self.linktype, self.taken, len(text)) + text)
        to.flush()


def receive(source: IO[bytes]) -> Message:
    """The next message of our own child. Raises EOFError when there is none."""
    head = source.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise EOFError
    kind, rows, linktype, taken, size = _HEAD.unpack(head)
    text = source.read(size)
    if len(text) < size:
        raise EOFError
    return Message(Kind(kind), rows, linktype, taken, text.decode())
