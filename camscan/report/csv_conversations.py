"""One conversation a row, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from camscan.model.conversation import Conversation
from camscan.report.escape import cell
from camscan.report.interface import ReportInput

name = "csv-conversations"
summary = "one conversation a row (RFC 4180, no formulas)"

COLUMNS = (
    "id",
    "device",
    "address",
    "verdict",
    "peer",
    "port",
    "protocol",
    "name",
    "name_source",
    "country",
    "asn",
    "organisation",
    "direction",
    "packets_out",
    "packets_in",
    "bytes_out",
    "bytes_in",
    "first",
    "last",
    "count",
    "reasons",
    "source",
)
_ROWS = 4096


def render(source: ReportInput) -> bytes:
    """RFC 4180 with CRLF line ends and one header row."""
    return b"".join(chunks(source))


def chunks(source: ReportInput) -> Iterator[bytes]:
    """The same, a few thousand rows at a time."""
    yield _lines([COLUMNS])
    left = iter(source.run.conversations)
    while held := list(islice(left, _ROWS)):
        yield _lines(map(_row, held))


def _row(talk: Conversation) -> tuple[object, ...]:
    return (
        _text(talk.id),
        _text(talk.device),
        _text(talk.address),
        talk.verdict.value,
        _text(talk.peer),
        talk.port,
        _text(talk.protocol),
        _text(talk.name),
        _text(talk.name_source),
        _text(talk.country),
        talk.asn,
        _text(talk.organisation),
        talk.direction.value,
        talk.packets_out,
        talk.packets_in,
        talk.bytes_out,
        talk.bytes_in,
        _time(talk.first),
        _time(talk.last),
        talk.count,
        _text("; ".join(talk.reasons)),
        _text(talk.source),
    )


def _text(text: str | None) -> str | None:
    return None if text is None else cell(text)


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _lines(rows: Iterable[Iterable[object]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode()
