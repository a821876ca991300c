"""Log lines in LEEF (IBM's Log Event Extended Format, of any firewall).

FortiGate's, Palo Alto's and Check Point's events are read as their own logs are; of any other
maker's it is known that a connection was made or stopped, and no sizes.
"""

from __future__ import annotations

import re

from camscan.sources.flows.event_log import EventLines
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.leef import parse_leef

NAME = "leef"
MARKS = ("LEEF:",)

_MINE = re.compile(r"LEEF:(?<!\wLEEF:) ?[12](?:\.\d)?\|")


def is_mine(text: str) -> bool:
    """True for the header of an event."""
    return _MINE.search(text) is not None


def parser(ledger: FlowLedger) -> EventLines:
    """A parser that writes to `ledger`."""
    return EventLines(ledger, _MINE, parse_leef)
