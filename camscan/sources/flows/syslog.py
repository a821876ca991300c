"""Syslog files into which several programs write: every line goes to the parser that knows it.

Each program has a ledger of its own: the connection that two of them log is then counted once.
So has each firewall and sensor, by the host name in its lines: a connection through two of them
is one.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, cast

from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.source import Reading
from camscan.sources.flows.syslog_line import LogClock, has_header, sender_of
from camscan.sources.lines import lines
from camscan.sources.source_file import SourceFile
from camscan.sources.stream import ByteStream

NAME = "syslog"
_FIREWALLS = (
    "filterlog",
    "netfilter_log",
    "fortigate_log",
    "unifi_cef",
    "cisco_asa",
    "mikrotik_log",
    "palo_alto_log",
    "sophos_log",
    "meraki_log",
    "check_point_log",
    "sonicwall_log",
    "cef_log",
    "leef_log",
)
_SENSORS = ("eve_line", "zeek_line")
_RESOLVERS = ("dnsmasq_log", "unbound_log", "bind_log")
PARSERS = (*_FIREWALLS, *_SENSORS, *_RESOLVERS)
"""Modules of this package that read one kind of line, in the order in which they are asked."""
_BY_SENDER = frozenset({*_FIREWALLS, *_SENSORS})

Texts = Callable[[ByteStream], Iterator[tuple[int, str]]]
"""Numbers and texts of lines."""

_SENDERS = 64
_SNIFFED = 500
_MOSTLY = 0.8


class LineParser(Protocol):
    """Reads the lines of one program into one ledger, over all files of a reading."""

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one line; its time in seconds, or None when another program wrote it.

        A line of this program that cannot be read is told to the ledger and has its time too.
        """

    def finish(self) -> None:
        """Write what was kept back for lines that may follow."""


class LineModule(Protocol):
    """A module whose `parser` makes one; lines without any of the texts `MARKS` are not its own."""

    NAME: str
    MARKS: tuple[str, ...]

    def is_mine(self, text: str) -> bool:
        """Whether this program wrote a line, by its form alone."""

    parser: Callable[[FlowLedger], LineParser]


class _Kind:
    """One kind of line that was met, of one `sender` where that counts (None: it does not);
    `count`, `first` and `last` are of the open file."""

    __slots__ = ("count", "first", "last", "ledger", "marks", "parser", "sender")

    def __init__(self, module: LineModule, ledger: FlowLedger, sender: str | None) -> None:
        self.marks = module.MARKS
        self.sender = sender
        self.ledger = ledger
        self.parser: LineParser = module.parser(ledger)
        self.begin(None)

    def begin(self, path: str | None) -> None:
        """Begin a file."""
        self.count = 0
        self.first = float("inf")
        self.last = float("-inf")
        if path is not None:
            self.ledger.open(path)


def line_module(name: str) -> LineModule:
    """A module of PARSERS, imported when it is first needed."""
    return cast(LineModule, importlib.import_module(f"camscan.sources.flows.{name}"))


def sniff(head: bytes) -> bool:
    """True when one of the parsers knows a line, or nearly all lines begin as syslog does."""
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    begun = [line for line in head.decode(encoding, "replace").split("\n")[:_SNIFFED] if line]
    if any(_module_of(line.rstrip("\r").removeprefix("\ufeff")) for line in begun):
        return True
    headed = sum(has_header(line) for line in begun)
    return len(begun) > 1 and headed >= len(begun) * _MOSTLY


def read(files: Sequence[SourceFile], reading: Reading) -> None:
    """Read files, oldest first: a session that one begins may end in the next."""
    read_texts(files, reading, lines)


def read_texts(files: Sequence[SourceFile], reading: Reading, texts: Texts) -> None:
    """The same of any files that `texts` makes numbered lines of syslog of."""
    kinds = _Kinds(reading)
    for file in sorted(files, key=lambda file: file.written):
        _read_file(file, reading, kinds, texts)
    for kind in kinds.all():
        kind.parser.finish()


class _Kinds:
    """All kinds that were met in one reading."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._kinds: dict[tuple[str, str | None], _Kind] = {}
        self._senders: set[str] = set()

    def all(self) -> Iterable[_Kind]:
        """In the order in which they were met."""
        return self._kinds.values()

    def sender(self, text: str) -> str:
        """Who sent a line; of too many senders the last are as one that gives no name."""
        sender = sender_of(text)
        if sender in self._senders:
            return sender
        if len(self._senders) >= _SENDERS:
            return ""
        self._senders.add(sender)
        return sender

    def of(self, name: str, sender: str | None) -> _Kind:
        """The kind of a module's lines; the first one bears the module's own name."""
        found = self._kinds.get((name, sender))
        if found is None:
            module = line_module(name)
            first = not any(known == name for known, _ in self._kinds)
            label = module.NAME if first or not sender else f"{module.NAME} {sender}"
            ledger = self._reading.ledger(label, unit="lines")
            found = self._kinds[name, sender] = _Kind(module, ledger, sender)
        return found


def _read_file(file: SourceFile, reading: Reading, kinds: _Kinds, texts: Texts) -> None:
    clock = LogClock(file.written, reading.zone)
    opened: dict[tuple[str, str | None], _Kind] = {}
    unread = number = 0
    current: _Kind | None = None
    mark = ""
    with file.open() as stream:
        for number, text in texts(stream):
            if (
                current is not None
                and mark in text
                and (current.sender is None or current.sender == kinds.sender(text))
            ):
                at = current.parser.line(number, text, clock)
                if at is not None:
                    current.count += 1
                    if at > current.last:
                        current.last = at
                    if at < current.first:
                        current.first = at
                    continue
            sender = kinds.sender(text)
            taken = _take(number, text, clock, sender, opened.values())
            if taken is None:
                name = _module_of(text)
                key = (name or "", sender if name in _BY_SENDER else None)
                if name is None or key in opened:
                    # A line that is cut at its front names no sender, or a wrong one.
                    cut = name is None and _take(number, text, clock, None, opened.values())
                    unread += not cut and bool(text.strip())
                    continue
                opened[key] = kinds.of(*key)
                opened[key].begin(file.name)
                taken = _take(number, text, clock, sender, (opened[key],))
                if taken is None:
                    continue
            current, mark = taken
        _close(file, stream.problem, number, unread, reading, opened.values(), clock.notes())


def _take(
    number: int, text: str, clock: LogClock, sender: str | None, kinds: Iterable[_Kind]
) -> tuple[_Kind, str] | None:
    """The parser that took a line of a sender (None: of any), and its mark that is in it."""
    for kind in kinds:
        mark = next((mark for mark in kind.marks if mark in text), None)
        if mark is None or (sender is not None and kind.sender not in (None, sender)):
            continue
        at = kind.parser.line(number, text, clock)
        if at is not None:
            kind.count += 1
            kind.first, kind.last = min(kind.first, at), max(kind.last, at)
            return kind, mark
    return None


def _module_of(text: str) -> str | None:
    for name in PARSERS:
        module = line_module(name)
        if any(mark in text for mark in module.MARKS) and module.is_mine(text):
            return name
    return None


def _close(
    file: SourceFile,
    problem: str | None,
    count: int,
    unread: int,
    reading: Reading,
    opened: Iterable[_Kind],
    notes: Sequence[str],
) -> None:
    """Count what each parser read, and say what none of them did."""
    ledgers = [kind.ledger for kind in opened]
    if not ledgers:
        ledgers = [reading.ledger(NAME, unit="lines")]
        ledgers[0].open(file.name)
    if unread:
        reason = f"{unread} of {count} lines are of no kind that is read"
        ledgers[0].skip("some lines", reason)
    for note in notes:
        ledgers[0].skip("times", note)
    for kind in opened:
        found = kind.count > 0
        kind.ledger.saw(kind.count, kind.first if found else None, kind.last if found else None)
    for ledger in ledgers:
        ledger.close(problem=problem)
