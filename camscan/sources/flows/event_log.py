"""What readers of CEF and LEEF share: the time of an event, and who reads it."""

from __future__ import annotations

import re

from camscan.sources.flows.cef import CefEvent
from camscan.sources.flows.check_point_log import CheckPoint
from camscan.sources.flows.fortigate_log import Fortigate
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.leef import LeefEvent
from camscan.sources.flows.native_events import (
    check_point,
    fortigate,
    in_cef,
    palo_alto,
    with_ends,
)
from camscan.sources.flows.palo_alto_log import PaloAlto
from camscan.sources.flows.quick_ends import QuickEnds
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.told_events import ToldEvents

# A tab as rsyslog writes it, and the delimiters of LEEF that are in use.
_BEFORE = r"(?:[ |\t^]|#011)"
_NUMBER = re.compile(_BEFORE + r"(?:rt|devTime|end|start)=(\d{13}|\d{10})(?!\d)")
_TEXT = re.compile(
    _BEFORE + r"(?:rt|devTime|end|start)="
    r"([A-Z][a-z]{2} [ \d]?\d \d{4} \d\d:\d\d:\d\d(?: GMT\b| UTC\b)?|"
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^ |\t^#]{0,16})"
)
_ENDS = QuickEnds(
    _BEFORE + r"src=([0-9A-Fa-f:.]{2,45})(?![0-9A-Za-z:.])",
    _BEFORE + r"dst=([0-9A-Fa-f:.]{2,45})(?![0-9A-Za-z:.])",
    _BEFORE + r"(?:smac|srcMAC|FTNTFGTsrcmac)=([0-9A-Fa-f:.-]{12,17})",
)
_ZONE = re.compile(r"(?:GMT|UTC|Z|[+-]\d\d:?\d\d)\Z")
_MILLISECONDS = 10**11


class EventLog:
    """Gives each event to the reader of its maker's log, else takes what every event tells."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._fortigate = Fortigate(ledger)
        self._palo_alto = PaloAlto(ledger)
        self._check_point = CheckPoint(ledger)
        self._others = ToldEvents(ledger)

    def are_others(self, text: str) -> bool:
        """True when nobody wants the ends that a line names."""
        return _ENDS.are_others(text, self._ledger.keep)

    def take(self, number: int, at: float, event: CefEvent | LeefEvent) -> float:
        """One event; its time, which may be nearer than that of its line."""
        name = event.event
        if isinstance(event, CefEvent):
            event, name = with_ends(event), event.name
            if event.vendor == "Fortinet" and event.product.lower() == "fortigate":
                return self._fortigate.take(number, at, fortigate(event))
        if event.vendor == "Check Point":
            return self._check_point.take(number, at, check_point(event))
        if event.vendor != "Palo Alto Networks":
            self._others.take(number, at, in_cef(event), name)
            return at
        fields = palo_alto(event)
        if fields is not None:
            self._palo_alto.take(number, at, fields)
        return at

    def finish(self) -> None:
        """Write what is still held."""
        for reader in (self._fortigate, self._palo_alto, self._check_point, self._others):
            reader.finish()


def time_of(text: str, clock: LogClock, begin: int) -> float:
    """The time that an event states as a number or in words with a zone, else that of its line;
    where the line begins with the event (`begin` is 0) the one in words without a zone."""
    number = _NUMBER.search(text)
    if number is not None:
        seconds = int(number[1])
        return seconds / 1000 if seconds > _MILLISECONDS else float(seconds)
    stated = _TEXT.search(text)
    if stated is None or (begin and _ZONE.search(stated[1]) is None):
        return clock.at(text)
    return clock.at(stated[1])
