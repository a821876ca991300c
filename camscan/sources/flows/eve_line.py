"""Suricata's events behind the header of syslog (`filetype: syslog`, or a forwarder).

Events and their order as in eve.json; netflow events, which need a ledger of their own, are counted
only. A line that syslog cut is no event any more, and counted as such.
"""

from __future__ import annotations

import re

from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.suricata import EventReader
from camscan.sources.flows.syslog_line import LogClock

NAME = "suricata"
MARKS = ('"event_type":',)

_BEGIN = re.compile(r'(?<=[\s:])\{"timestamp":\s?"\d{4}-\d\d-\d\dT[^"]{8,40}",')


def is_mine(text: str) -> bool:
    """True for an event behind something else."""
    return _BEGIN.search(text) is not None


def parser(ledger: FlowLedger) -> EveLine:
    """A parser that writes to `ledger`."""
    return EveLine(ledger)


class EveLine:
    """Events of one sensor."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._reader = EventReader(ledger)

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one event; its own time counts."""
        found = _BEGIN.search(text)
        if found is None:
            return None
        at = self._reader.take(text[found.start() :].encode("utf-8", "replace"), number)
        return at if at is not None else clock.at(text)

    def finish(self) -> None:
        """Write the names and sums that are still held."""
        self._reader.finish()
