"""When a log line was written: RFC 3164, RFC 5424, ISO 8601, BIND's, Unbound's and Meraki's times.

RFC 3164 times name neither year nor zone: the year is the newest that does not put the line after
the last change of its file, the zone the one that the clock is given.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_DAY = 86_400.0
_YEARS = 8  # 29 February exists once in so many years at the least
_CACHE = 4096
_NEVER = "\0"
# Cisco puts a sequence number, a star or a colon before the time of a clock that is not set.
_BEFORE = r"(?:\d{1,10}: )?[*.:]? ?"
_BSD = re.compile(
    _BEFORE + r"(?P<month>[A-Z][a-z]{2}) (?P<day>[ \d]?\d) (?:(?P<year>\d{4}) )?"
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<part>\d{1,9}))?"
    r"(?P<zone> UTC\b| GMT\b)?"
)
_ISO = re.compile(
    r"(?:1 )?(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)[T ](?P<hour>\d\d):(?P<minute>\d\d):"
    r"(?P<second>\d\d)(?:[.,](?P<part>\d{1,9}))? ?(?P<zone>Z|[+-]\d\d:?\d\d)?"
)
_BIND = re.compile(
    r"(?P<day>\d\d)-(?P<month>[A-Z][a-z]{2})-(?P<year>\d{4}) "
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<part>\d{1,9}))?(?P<zone>\Z)?"
)
_EPOCH = re.compile(r"\[(\d{9,10})\] ")
_UNIX = re.compile(r"(?:1 )?(\d{9,10}\.\d{1,9})(?= )")  # Meraki, in the place of RFC 5424's
_PRIORITY = re.compile(r"<\d{1,3}>")
_HOST = re.compile(r" ?[^ ]* ")
# A program's tag ends with a colon or has its process in brackets; then no host is named.
_SENDER = re.compile(r" ([A-Za-z0-9](?:[A-Za-z0-9._-]|:(?! )){0,253}) ")


class LogClock:
    """Times of the lines of one file; `written` is when it last changed (seconds)."""

    def __init__(self, written: float, zone: tzinfo = UTC) -> None:
        self._written = written
        self._zone = zone
        self._minutes: dict[str, float] = {}
        self._last: float | None = None
        self._second = _NEVER  # what lines of the second `_last` begin with, priority and all
        self._assumed: dict[str, int] = {}

    def at(self, text: str) -> float:
        """Seconds since the epoch; a line without a time has that of the one before it."""
        if self._last is not None and text.startswith(self._second):
            return self._last  # most lines are of the second of the line before
        place = text.find(">") + 1 if text.startswith("<") else 0
        base = self._minutes.get(text[place : place + 13])
        if base is not None:
            digits = text[place + 13 : place + 15]
            if digits.isascii() and digits.isdigit() and text[place + 15 : place + 16] == " ":
                self._last = base + int(digits)
                self._second = text[: place + 16]
                return self._last
        found = self._read(text, place)
        if found is None:
            self._assume("time")
            return self._last if self._last is not None else self._written
        self._last = found
        return found

    def notes(self) -> list[str]:
        """What was assumed of the lines so far, in words."""
        said = []
        if "zone" in self._assumed:
            said.append(f"its times name no zone: they were read as {self._zone}")
        if "year" in self._assumed:
            said.append("its times name no year: it follows from the date of the file")
        if "time" in self._assumed:
            count = self._assumed["time"]
            said.append(f"{count} lines have no time: they were given that of the line before")
        return said

    def _assume(self, what: str) -> None:
        self._assumed[what] = self._assumed.get(what, 0) + 1

    def _read(self, text: str, place: int) -> float | None:
        self._second = _NEVER
        found = _ISO.match(text, place)
        if found is not None:
            return self._whole(found)
        found = _BSD.match(text, place)
        if found is not None:
            if found["year"] is None:
                return self._without_year(text, place, found)
            return self._whole(found)
        found = _BIND.match(text, place)
        if found is not None:
            return self._whole(found)
        found = _EPOCH.match(text, place) or _UNIX.match(text, place)
        return float(found[1]) if found is not None else None

    def _without_year(self, text: str, place: int, found: re.Match[str]) -> float | None:
        month = _MONTHS.get(found["month"])
        if month is None:
            return None
        newest = datetime.fromtimestamp(self._written + _DAY, UTC).year
        for year in range(newest, newest - _YEARS - 1, -1):
            at = self._seconds(found, year, month, self._zone_of(found["zone"]))
            if at is not None and at <= self._written + _DAY:
                self._assume("year")
                if found.start("hour") - place == 7:  # the short form of the next lines
                    self._remember(text[place : place + 13], at)
                return at
        return None

    def _whole(self, found: re.Match[str]) -> float | None:
        text, zone, part = found.string, found["zone"], found["part"]
        minute = f"{text[found.start('year') : found.start('second')]}{zone or ''}"
        base = self._minutes.get(minute)
        if base is not None:
            at = base + min(int(found["second"]), 59) + (float(f"0.{part}") if part else 0)
        else:
            name = found["month"]
            month = int(name) if name.isdigit() else _MONTHS.get(name, 0)
            whole = self._seconds(found, int(found["year"]), month, self._zone_of(zone))
            if whole is None:
                return None
            at = whole
            if found.start("year") < found.start("month"):
                self._remember(minute, at)
        if not part and text[found.end() : found.end() + 1] == " ":
            self._second = text[: found.end() + 1]
        return at

    def _remember(self, minute: str, at: float) -> None:
        if len(self._minutes) >= _CACHE:
            self._minutes.clear()
        self._minutes[minute] = at - at % 60

    def _zone_of(self, text: str | None) -> tzinfo:
        if not text:
            self._assume("zone")
            return self._zone
        if text[0] not in "+-":
            return UTC
        offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
        if offset >= timedelta(days=1):
            return UTC
        return timezone(-offset if text[0] == "-" else offset)

    def _seconds(self, found: re.Match[str], year: int, month: int, zone: tzinfo) -> float | None:
        clock = (int(found["hour"]), int(found["minute"]), min(int(found["second"]), 59))
        try:
            at = datetime(year, month, int(found["day"]), *clock, tzinfo=zone).timestamp()
        except (ValueError, OverflowError):
            return None
        return at + float(f"0.{found['part']}") if found["part"] else at


def has_header(text: str) -> bool:
    """True when a line begins as syslog lines do: a priority or an RFC 3164 time."""
    found = _PRIORITY.match(text)
    return found is not None or _BSD.match(text) is not None


def host_of(text: str) -> str:
    """The word behind the time: the sender's name or address; empty where there is none."""
    found = _PRIORITY.match(text)
    place = found.end() if found is not None else 0
    time = _BSD.match(text, place) or _ISO.match(text, place)
    words = text[time.end() if time is not None else place :].replace(":", " ").split(None, 1)
    return words[0] if words else ""


def sender_of(text: str) -> str:
    """The host name or address behind the time of a line; empty where it names none."""
    found = _PRIORITY.match(text)
    place = found.end() if found is not None else 0
    time = _BSD.match(text, place) or _ISO.match(text, place) or _UNIX.match(text, place)
    host = _SENDER.match(text, time.end()) if time is not None else None
    return host[1] if host is not None else ""


def message_start(text: str) -> int:
    """Where the text behind time and host begins; 0 where there is no time."""
    found = _PRIORITY.match(text)
    place = found.end() if found is not None else 0
    time = _BSD.match(text, place) or _ISO.match(text, place)
    if time is None:
        return place
    host = _HOST.match(text, time.end())
    return host.end() if host is not None else time.end()
