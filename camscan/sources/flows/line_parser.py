"""What reads one kind of line in a syslog file that several programs write into."""

from __future__ import annotations

from typing import Protocol

from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.syslog_line import LogClock


class LineParser(Protocol):
    """Reads the lines of one program into one ledger, over all files of a reading."""

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one line; its time in seconds, or None when another program wrote it.

        A line of this program that cannot be read is told to the ledger and has its time too.
        """

    def finish(self) -> None:
        """Write what was kept back for lines that may follow."""


class LineModule(Protocol):
    """A module with such a parser. Lines without any of the texts `MARKS` are none of its."""

    NAME: str
    MARKS: tuple[str, ...]

    def is_mine(self, text: str) -> bool:
        """Whether this program wrote a line, by its form alone."""

    def parser(self, ledger: FlowLedger) -> LineParser:
        """A parser that writes to `ledger`."""
