"""One conversation a row, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import re2
from msgspec import Struct

from camscan.errors import StoreError
from camscan.inventory.streamed import made
from camscan.model.conversation import Conversation, Direction, Verdict
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


class _Talk(Struct, gc=False):
    """A conversation whose times are texts as they stand, which `_quick` looks at."""

    id: str
    device: str | None
    address: str
    peer: str | None
    port: int | None
    protocol: str
    name: str | None
    name_source: str | None
    country: str | None
    asn: int | None
    organisation: str | None
    direction: Direction
    packets_out: int | None
    packets_in: int | None
    bytes_out: int | None
    bytes_in: int | None
    first: str
    last: str
    count: int
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    source: str = ""


_STARTS = r"=+@＝＋－＠\-"  # of formulas
_BARE = rf'(?:[^{_STARTS}",\x00-\x1f\x7f][^",\x00-\x1f\x7f]*)?'
_QUOTED = rf'"(?:[^{_STARTS}"\x00-\x1f\x7f][^"\x00-\x1f\x7f]*)?"'
_DAY = (
    r"(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_TIME = rf"[1-9][0-9]{{3}}-{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{{6}})?Z"
"""As camscan writes a time; the last of February is left to what takes more time."""
_KINDS = dict.fromkeys(("name", "organisation", "reasons", "source"), _QUOTED)
_TIMES = dict.fromkeys(("first", "last"), _TIME)


def _rows_like(kinds: Mapping[str, str]) -> Any:
    cells = ",".join(kinds.get(name, _BARE) for name in COLUMNS)
    return re2.compile(rf"(?:{cells}\r\n)*".encode())


_SOUND = _rows_like(_KINDS)
"""Rows in which no cell is a formula, holds a control, or a quote or comma where it may not."""
_SOUND_AS_READ = _rows_like(_KINDS | _TIMES)
"""And both times are times, as camscan writes them."""

_TO_CSV = bytes.maketrans(b"\x7f]", b'"\r')
_encode_lines = msgspec.json.Encoder().encode_lines


def render(source: ReportInput) -> bytes:
    """RFC 4180 with CRLF line ends and one header row."""
    return b"".join(chunks(source))


def chunks(source: ReportInput) -> Iterator[bytes]:
    """The same, some rows at a time."""
    yield ",".join(COLUMNS).encode() + b"\r\n"
    yield from made(source.run.conversations, _Talk, _rows)


def _rows(talks: Sequence[Conversation | _Talk]) -> bytes:
    rows = _quick(talks, _SOUND_AS_READ)
    if rows is None or b".000000Z" in rows:
        rows = _quick(_with_times(talks), _SOUND)
    return _careful(talks) if rows is None else rows


def _with_times(talks: Sequence[Conversation | _Talk]) -> Sequence[Conversation | _Talk]:
    """Every time that is a text still is the text that camscan writes. Raises StoreError."""
    for talk in talks:
        if isinstance(talk, _Talk):
            talk.first, talk.last = _written(talk.first), _written(talk.last)
    return talks


def _written(time: str) -> str:
    try:
        return str(msgspec.to_builtins(msgspec.convert(time, datetime)))
    except msgspec.ValidationError as error:
        raise StoreError(f"a conversation is not one: {error}") from error


def _quick(talks: Sequence[Conversation | _Talk], sound: Any) -> bytes | None:
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
    return rows if sound.fullmatch(rows) is not None else None


def _careful(talks: Iterable[Conversation | _Talk]) -> bytes:
    """The rows with every text defused."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(map(_row, talks))
    return buffer.getvalue().encode()


def _row(talk: Conversation | _Talk) -> tuple[object, ...]:
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


def _time(at: datetime | str) -> str:
    return at if isinstance(at, str) else at.isoformat().replace("+00:00", "Z")
