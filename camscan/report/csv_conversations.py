"""One conversation a row, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec
import re2

from camscan.inventory.streamed import batches_of
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
_STARTS = r"=+@＝＋－＠\-"  # of formulas
_BARE = rf'(?:[^{_STARTS}",\x00-\x1f\x7f][^",\x00-\x1f\x7f]*)?'
_QUOTED = rf'"(?:[^{_STARTS}"\x00-\x1f\x7f][^"\x00-\x1f\x7f]*)?"'
_ALWAYS_QUOTED = ("name", "organisation", "reasons", "source")
_CELLS = ",".join(_QUOTED if name in _ALWAYS_QUOTED else _BARE for name in COLUMNS)
_SOUND = re2.compile(rf"(?:{_CELLS}\r\n)*".encode())
"""Rows in which no cell is a formula, holds a control, or a quote or comma where it may not."""

_TO_CSV = bytes.maketrans(b"\x7f]", b'"\r')
_encode_lines = msgspec.json.Encoder().encode_lines


def render(source: ReportInput) -> bytes:
    """RFC 4180 with CRLF line ends and one header row."""
    return b"".join(chunks(source))


def chunks(source: ReportInput) -> Iterator[bytes]:
    """The same, some rows at a time."""
    yield ",".join(COLUMNS).encode() + b"\r\n"
    for held in batches_of(source.run.conversations):
        rows = _quick(held)
        yield _careful(held) if rows is None else rows


def _quick(talks: Sequence[Conversation]) -> bytes | None:
    """The rows where no value is hostile, else None; a million of them are to be written in
    seconds.

    A row leaves as a JSON array of texts and numbers. Its own quotes are taken away; those that
    stay are DEL until then, which JSON leaves as it is. A backslash says that JSON had to escape.
    """
    lines = _encode_lines(
        [
            (
                one.id,
                one.device or "",
                one.address,
                one.verdict,
                one.peer or "",
                "" if one.port is None else one.port,
                one.protocol,
                f"\x7f{one.name or ''}\x7f",
                one.name_source or "",
                one.country or "",
                "" if one.asn is None else one.asn,
                f"\x7f{one.organisation or ''}\x7f",
                one.direction,
                "" if one.packets_out is None else one.packets_out,
                "" if one.packets_in is None else one.packets_in,
                "" if one.bytes_out is None else one.bytes_out,
                "" if one.bytes_in is None else one.bytes_in,
                one.first,
                one.last,
                one.count,
                f"\x7f{'; '.join(one.reasons)}\x7f",
                f"\x7f{one.source}\x7f",
            )
            for one in talks
        ]
    )
    if b"\\" in lines or lines.count(b"[") != len(talks):
        return None
    rows = lines.translate(_TO_CSV, b'"[')
    if not (rows.isascii() or rows.decode().replace("\r\n", "").isprintable()):
        return None
    return rows if _SOUND.fullmatch(rows) is not None else None


def _careful(talks: Iterable[Conversation]) -> bytes:
    """The rows with every text defused."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(map(_row, talks))
    return buffer.getvalue().encode()


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
