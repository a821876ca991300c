"""Log lines in CEF (ArcSight's Common Event Format, of any firewall).

FortiGate's, Palo Alto's and Check Point's events are read as their own logs are; of any other
maker's it is known that a connection was made or stopped, and no sizes.
"""

from __future__ import annotations

import re

from camscan.sources.flows.cef import parse_cef
from camscan.sources.flows.event_log import EventLines
from camscan.sources.flows.ledger import FlowLedger

NAME = "cef"
MARKS = ("CEF:",)

_MINE = re.compile(r"CEF:(?<!\wCEF:) ?\d\|(?!Ubiquiti\|UniFi )")


def is_mine(text: str) -> bool:
    """True for the header of an event."""
    return _MINE.search(text) is not None


def parser(ledger: FlowLedger) -> EventLines:
    """A parser that writes to `ledger`."""
    return EventLines(ledger, _MINE, parse_cef)
