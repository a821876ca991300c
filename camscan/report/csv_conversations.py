"""One conversation a row, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

import msgspec
import re2

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
_QUOTED = 4
"""Columns that are always in quotes: name, organisation, reasons and source."""

_UNSAFE = re2.compile(r'(?:^|,|\n)"?[-=+@＝＋－＠]|[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]')


def render(source: ReportInput) -> bytes:
    """RFC 4180 with CRLF line ends and one header row."""
    return b"".join(chunks(source))


def chunks(source: ReportInput) -> Iterator[bytes]:
    """The same, a few thousand rows at a time."""
    yield ",".join(COLUMNS).encode() + b"\r\n"
    left = iter(source.run.conversations)
    while held := list(islice(left, _ROWS)):
        times = [time for talk in held for time in (talk.first, talk.last)]
        told = iter(msgspec.json.encode(times)[2:-2].decode().split('","'))
        text = "".join(map(_line, held, told, told))
        yield (text if _is_safe(text, len(held)) else _careful(held)).encode()


def _is_safe(text: str, rows: int) -> bool:
    """True when the lines are sound CSV in which no cell is a formula or holds a control.

    One look at thousands of rows, for a million of them are to be written in seconds: quotes and
    commas are as many as the columns need, so that no value holds one where it may not.
    """
    if _UNSAFE.search(text) is not None:
        return False
    if not (text.isascii() or "".join(text.split("\r\n")).isprintable()):
        return False
    outside = "".join(text.split('"')[::2])
    return (
        text.count("\r\n") == text.count("\n") == text.count("\r") == rows
        and text.count('"') == 2 * _QUOTED * rows
        and outside.count(",") == (len(COLUMNS) - 1) * rows
    )


def _line(talk: Conversation, first: str, last: str) -> str:
    """The row as it is when no value is hostile; written out, for it is made a million times."""
    port, asn = talk.port, talk.asn
    packets_out, packets_in = talk.packets_out, talk.packets_in
    bytes_out, bytes_in = talk.bytes_out, talk.bytes_in
    return (
        f"{talk.id},{talk.device or ''},{talk.address},{talk.verdict},{talk.peer or ''},"
        f"{'' if port is None else port},{talk.protocol},"
        f'"{talk.name or ""}",{talk.name_source or ""},'
        f"{talk.country or ''},{'' if asn is None else asn},"
        f'"{talk.organisation or ""}",{talk.direction},'
        f"{'' if packets_out is None else packets_out},{'' if packets_in is None else packets_in},"
        f"{'' if bytes_out is None else bytes_out},{'' if bytes_in is None else bytes_in},"
        f"{first},{last},{talk.count},"
        f'"{"; ".join(talk.reasons)}","{talk.source}"\r\n'
    )


def _careful(talks: Iterable[Conversation]) -> str:
    """The rows with every text defused."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(map(_row, talks))
    return buffer.getvalue()


def _row(talk: Conversation) -> tuple[object, ...]:
    return (
        cell(talk.id),
        cell(talk.device or ""),
        cell(talk.address),
        talk.verdict.value,
        cell(talk.peer or ""),
        talk.port,
        cell(talk.protocol),
        cell(talk.name or ""),
        cell(talk.name_source or ""),
        cell(talk.country or ""),
        talk.asn,
        cell(talk.organisation or ""),
        talk.direction.value,
        talk.packets_out,
        talk.packets_in,
        talk.bytes_out,
        talk.bytes_in,
        _time(talk.first),
        _time(talk.last),
        talk.count,
        cell("; ".join(talk.reasons)),
        cell(talk.source),
    )


def _time(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
