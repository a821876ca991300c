"""Log lines in LEEF (IBM's Log Event Extended Format, of any firewall).

FortiGate's, Palo Alto's and Check Point's events are read as their own logs are; of any other
maker's it is known that a connection was made or stopped, and no sizes.
"""

from __future__ import annotations

import re

from camscan.sources.flows.event_log import EventLog, time_of
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.leef import parse_leef
from camscan.sources.flows.syslog_line import LogClock

NAME = "leef"
MARKS = ("LEEF:",)

_MINE = re.compile(r"LEEF:(?<!\wLEEF:) ?[12](?:\.\d)?\|")


def is_mine(text: str) -> bool:
    """True for the header of an event."""
    return _MINE.search(text) is not None


def parser(ledger: FlowLedger) -> LeefLog:
    """A parser that writes to `ledger`."""
    return LeefLog(ledger)


class LeefLog:
    """Events of one sender."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._events = EventLog(ledger)

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one event; those that are not about connections are counted only."""
        found = _MINE.search(text)
        if found is None:
            return None
        at = time_of(text, clock, found.start())
        if self._events.are_others(text):
            return at
        event = parse_leef(text[found.start() :])
        if event is None:
            self._ledger.bad_line(number, "its header has not all its fields")
            return at
        return self._events.take(number, at, event)

    def finish(self) -> None:
        """Write what is still held."""
        self._events.finish()
