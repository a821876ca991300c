"""What readers of CEF and LEEF share: a line, the time of its event, and who reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from camscan.sources.flows.cef import CefEvent
from camscan.sources.flows.check_point_log import CheckPoint
from camscan.sources.flows.fortigate_log import Fortigate
from camscan.sources.flows.key_value import epoch_seconds
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

_TIMES = ("rt=", "devTime=", "end=", "start=")
_NUMBER = re.compile(r"(\d{13}|\d{10})(?!\d)")
_TEXT = re.compile(
    r"[A-Z][a-z]{2} [ \d]?\d \d{4} \d\d:\d\d:\d\d(?: GMT\b| UTC\b)?|"
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^ |\t^#]{0,16}"
)
_BEFORE = (" ", "|", "\t", "^", "#011")
"""What stands before a key: of LEEF the delimiters in use, and a tab as rsyslog writes it."""


def _after(key: str) -> str:
    """A pattern that begins with plain text, which is found several times faster than others."""
    return rf"{key}(?:(?<=[ |\t^]{key})|(?<=#011{key}))"


_ADDRESS = r"([0-9A-Fa-f:.]{2,45})(?![0-9A-Za-z:.])"
_ENDS = QuickEnds(
    _after("src=") + _ADDRESS,
    _after("dst=") + _ADDRESS,
    r"(?:smac|srcMAC|FTNTFGTsrcmac)=([0-9A-Fa-f:.-]{12,17})",
)
_ZONE = re.compile(r"(?:GMT|UTC|Z|[+-]\d\d:?\d\d)\Z")

Event = CefEvent | LeefEvent


class EventLines:
    """Lines of one sender: `mine` finds where an event begins, `parse` reads what follows."""

    def __init__(
        self, ledger: FlowLedger, mine: re.Pattern[str], parse: Callable[[str], Event | None]
    ) -> None:
        self._ledger = ledger
        self._mine = mine
        self._parse = parse
        self._events = EventLog(ledger)

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one event; those that are not about connections are counted only."""
        found = self._mine.search(text)
        if found is None:
            return None
        at = time_of(text, clock, found.start())
        if self._events.are_others(text):
            return at
        event = self._parse(text[found.start() :])
        if event is None:
            self._ledger.bad_line(number, "its header has not all its fields")
            return at
        return self._events.take(number, at, event)

    def finish(self) -> None:
        """Write what is still held."""
        self._events.finish()


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

    def take(self, number: int, at: float, event: Event) -> float:
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
    for place in _stated(text):
        number = _NUMBER.match(text, place)
        if number is not None:
            return epoch_seconds(int(number[1]))
        words = _TEXT.match(text, place)
        if words is not None and (begin == 0 or _ZONE.search(words[0]) is not None):
            return clock.at(words[0])
    return clock.at(text)


def _stated(text: str) -> Iterator[int]:
    """Where the values of keys begin that name a time, the surest first."""
    for key in _TIMES:
        place = text.find(key)
        while place >= 0 and not text.endswith(_BEFORE, 0, place):
            place = text.find(key, place + 1)
        if place >= 0:
            yield place + len(key)
