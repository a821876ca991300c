"""The debug log of the Windows DNS server (dns.log): questions that clients sent.

Fields: the log's own head, "Message logging key"; switched on in the server's properties, "Debug
Logging". Date and time are local and in the server's regional format; the order of day and month
is told from the log where it can be. Answers in the log hold no addresses unless Details is on, and
those blocks are not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from camscan.sources.flows.dns_kind import kind_of
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.source import Reading
from camscan.sources.flows.total import packed_address
from camscan.sources.lines import lines
from camscan.sources.source_file import SourceFile

NAME = "windows-dns"

_LINE = re.compile(
    r"(?P<one>\d{1,4})(?P<mark>[./-])(?P<two>\d{1,2})[./-](?P<three>\d{1,4})\.? "
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)[:.](?P<second>\d\d)(?: (?P<half>[AaPp])\.? ?[Mm]\.?)? "
    r"[0-9A-Fa-f]{3,8} PACKET  ?[0-9A-Fa-f]{8,16} (?:UDP|TCP) (?P<way>Rcv|Snd) (?P<client>\S+) +"
    r"[0-9a-fA-F]{4} (?P<answer>R| ) (?P<opcode>\S) \[[0-9a-fA-F]{4}[^\]]*\] "
    r"(?P<kind>\S+) +(?P<name>\(.*)"
)
_LABEL = re.compile(r"\((\d{1,2})\)")
_DAY = 86_400.0
_UTF16 = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_ORDERS = {"ymd": (0, 1, 2), "dmy": (2, 1, 0), "mdy": (2, 0, 1)}


def sniff(head: bytes) -> bool:
    """True when a line is a packet of this log, or its head is there."""
    text = _text(head)
    if "Message logging key" in text:
        return True
    return any(_LINE.match(line) for line in text.split("\n")[:200])


def read(files: Sequence[SourceFile], reading: Reading) -> None:
    """Read debug logs into one ledger."""
    ledger = reading.ledger(NAME, unit="packets")
    for file in files:
        order, certain = _order(_text(file.head()), file.written)
        ledger.open(file.name)
        ledger.skip("times", f"its times name no zone: they were read as {reading.zone}")
        if not certain:
            words = "day before month" if order == "dmy" else "month before day"
            ledger.skip("times", f"its dates may be read two ways: {words} was taken")
        with file.open() as stream:
            for number, text in lines(stream):
                found = _LINE.match(text)
                if found is not None:
                    _packet(number, found, order, reading.zone, ledger)
                elif " PACKET " in text:
                    ledger.bad(f"line {number}", "is no packet as the log writes them")
            ledger.close(problem=stream.problem)


def _packet(
    number: int, found: re.Match[str], order: str, zone: tzinfo, ledger: FlowLedger
) -> None:
    at = _time(found, order, zone)
    if at is None:
        ledger.bad(f"line {number}", "its date is none")
        return
    ledger.saw(1, at, at)
    if found["way"] == "Snd" or found["answer"] == "R" or found["opcode"] != "Q":
        return
    if packed_address(found["client"]) is None:
        ledger.bad(f"line {number}", "the client is no address")
        return
    name = ".".join(_LABEL.split(found["name"])[2::2]).rstrip(".")
    ledger.question(found["client"], name.strip(), at, kind=kind_of(found["kind"]))


def _time(found: re.Match[str], order: str, zone: tzinfo) -> float | None:
    parts = (int(found["one"]), int(found["two"]), int(found["three"]))
    year, month, day = (parts[place] for place in _ORDERS[order])
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"] in "Pp" else 0)
    try:
        return datetime(
            year + 2000 if year < 100 else year,
            month,
            day,
            hour,
            int(found["minute"]),
            min(int(found["second"]), 59),
            tzinfo=zone,
        ).timestamp()
    except (ValueError, OverflowError):
        return None


def _order(head: str, written: float) -> tuple[str, bool]:
    """In which order year, month and day stand, and whether that is sure.

    A number above 12 is a day; else the log began before its file was last changed, and rather
    shortly than long before.
    """
    found = [match for line in head.split("\n") if (match := _LINE.match(line)) is not None]
    if not found:
        return "dmy", True
    if any(int(match["one"]) > 31 for match in found):
        return "ymd", True
    if any(int(match["two"]) > 12 for match in found):
        return "mdy", True
    if any(int(match["one"]) > 12 for match in found) or found[0]["mark"] == ".":
        return "dmy", True
    if all(match["one"] == match["two"] for match in found):
        return "dmy", True

    def distance(order: str) -> tuple[float, bool]:
        at = _time(found[-1], order, UTC)
        late = at is None or at > written + _DAY
        twelve_hours = found[0]["half"] is not None
        return (float("inf") if late or at is None else written - at), twelve_hours != (
            order == "mdy"
        )

    return min(("dmy", "mdy"), key=distance), False


def _text(head: bytes) -> str:
    encoding = next((name for mark, name in _UTF16 if head.startswith(mark)), "utf-8")
    return head.decode(encoding, "replace").replace("\r", "")
