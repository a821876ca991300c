"""Recorded answers as JSON Lines: `{target, field, value}` or `{target, protocol, raw|hex}`.

One JSON array of such objects, and objects over several lines, are read too.

Pasted text that is no JSON is taken for one raw answer of the target `pasted`.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from camscan.model.coverage import Skip
from camscan.model.device import Port
from camscan.model.evidence import Evidence, Record, Sighting, evidence_of, sighting
from camscan.model.status import Status
from camscan.protocols.registry import DECODERS
from camscan.sources.json_document import is_document, objects
from camscan.sources.shown_port import port_of_line

NAME = "identify"
PASTED = "pasted"
_MOST_VALUE = 8192
_BLOCK = 1 << 16
_BLANK = b"\xef\xbb\xbf \t\r\n"
_TARGET = re.compile(rb'(?<!\\)"target"\s*:')
_STARTS = (
    (b"HTTP/", "http"),
    (b"RTSP/", "rtsp"),
    (b"SSH-", "ssh"),
    (b"220", "ftp"),
    (b"-----BEGIN CERTIFICATE", "tls"),
    (b"SIP/", "sip"),
)


class Line(Struct, forbid_unknown_fields=False, gc=False):
    """One line as it is written."""

    target: str
    field: str | None = None
    value: str | None = None
    protocol: str | None = None
    raw: str | None = None
    hex: str | None = None
    port: Annotated[int, Meta(ge=0, le=65535)] | None = None


class _Fact(Struct, gc=False):
    """A line with a field and a value, whose target is known; nothing else of it counts."""

    field: str
    value: str
    port: int | None = None


class Recorded(Struct, frozen=True, kw_only=True):
    """What a file gave: targets in input order (also those that said nothing), and bad lines.

    `ports` are ports with their targets: what a port scanner saw, and where an answer came from.
    """

    targets: tuple[str, ...]
    evidence: Sequence[Evidence]
    skips: tuple[Skip, ...]
    ports: tuple[tuple[str, Port], ...] = ()


_decoder = msgspec.json.Decoder(Line)
_facts = msgspec.json.Decoder(_Fact)
_NO_RECORD = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_PORTLESS: Sighting = sighting(NAME, None)


def sniff(data: bytes) -> bool:
    """By a `target` in the first object, or by the start of a pasted answer."""
    text = data[:4096].lstrip(_BLANK)
    if text.startswith(b"{") or is_document(text):
        return _TARGET.search(text) is not None
    pasted = any(text.startswith(start) for start, _ in _STARTS) or text.startswith(b"<")
    return pasted and b"<nmaprun" not in text and b"<!DOCTYPE nmaprun" not in text


def parse_records(data: bytes, name: str) -> Recorded:
    """Evidence of a whole file; each bad line is a Skip with its number, never an abort."""
    if not (data.lstrip(_BLANK).startswith(b"{") or (is_document(data) and sniff(data))):
        return _pasted(data, name)
    targets: dict[str, None] = {}
    evidence: list[Evidence] = []
    ports: dict[tuple[str, Port], None] = {}
    problems: list[tuple[int, str]] = []
    for number, line in _numbered(data):
        found: list[Record] = []
        problems += [(number, reason) for _, reason in gather((line,), found)]
        if isinstance(line, Line):
            targets[line.target] = None
            evidence += evidence_of(line.target, found)
            if (port := shown_port(line)) is not None:
                ports[line.target, port] = None
    return Recorded(
        targets=tuple(targets),
        evidence=tuple(evidence),
        skips=tuple(skip(name, number, reason) for number, reason in problems),
        ports=tuple(ports),
    )


def shown_port(line: Line) -> Port | None:
    """The port that the answer of a line shows to be open."""
    if line.port is None:
        return None
    if line.field is not None and line.value is not None:
        return port_of_line(line.port, line.field)
    answered = line.raw or line.hex
    return port_of_line(line.port, line.protocol) if line.protocol and answered else None


def by_target(data: bytes) -> bool:
    """Whether the file is JSON Lines of targets, and no other JSON or pasted answer."""
    return data.lstrip(_BLANK).startswith(b"{") and not is_document(data) and sniff(data)


def _numbered(data: bytes) -> Iterator[tuple[int, Line | str | None]]:
    """What was read, by the line on which it begins."""
    if is_document(data):
        for number, text in objects(data):
            yield number, text if isinstance(text, str) else read_line(text)
        return
    first = 1
    for text in blocks(data):
        lines = read_whole(text) or read_lines(text.split(b"\n"))
        yield from enumerate(lines, first)
        first += len(lines)


def blocks(data: bytes) -> Iterator[bytes]:
    """All lines but the ends of the last ones, some tens of kilobytes of them at a time."""
    start, size = 0, len(data)
    while start < size:
        end = data.find(b"\n", start + _BLOCK)
        if end < 0:
            end = size
        yield data[start:end]
        start = end + 1


def read_whole(text: bytes) -> list[Line] | None:
    """The lines of a text of which each is one; None: not all are, or it takes a closer look."""
    ends = text.count(b"\n")
    # The decoder also takes objects that share a line or go over several. In JSON, a brace follows
    # on a closing one only outside of both objects: so each end of a line stands between two.
    if text.count(b"}\n{") != ends:
        return None
    try:
        lines = _decoder.decode_lines(text)
    except _NO_RECORD:
        return None
    return lines if len(lines) == ends + 1 else None


def read_lines(texts: Iterable[bytes]) -> list[Line | str | None]:
    """Each line, or in words why it is none; None for a blank one."""
    return [read_line(text) for text in texts]


def read_line(text: bytes) -> Line | str | None:
    """The same of one line."""
    bare = text if text.startswith(b"{") else text.strip(_BLANK)
    if not bare:
        return None
    try:
        return _decoder.decode(bare)
    except _NO_RECORD as error:
        return f"not a record: {error}"


def read_facts(text: bytes) -> list[Record] | None:
    """The records of lines of which each was read as one before; None: not all have just one."""
    try:
        facts = _facts.decode_lines(text)
    except _NO_RECORD:
        return None
    # Most lines by far: no call for each of them.
    return [
        (
            fact.field,
            fact.value[:_MOST_VALUE],
            _PORTLESS if fact.port is None else sighting(NAME, fact.port),
        )
        for fact in facts
    ]


def read_again(text: bytes, into: list[Record]) -> list[tuple[int, str]]:
    """As `gather`, of lines of which each was read as one before."""
    records = read_facts(text)
    if records is None:
        return gather(read_lines(text.split(b"\n")), into)
    into += records
    return []


def gather(read: Iterable[Line | str | None], into: list[Record]) -> list[tuple[int, str]]:
    """Add the records of lines; by their places, why lines could not be read or not wholly."""
    problems: list[tuple[int, str]] = []
    for place, line in enumerate(read):
        if not isinstance(line, Line):
            if line is not None:
                problems.append((place, line))
            continue
        field, value = line.field, line.value
        if field is not None and value is not None:
            seen = _PORTLESS if line.port is None else sighting(NAME, line.port)
            into.append((field, value[:_MOST_VALUE], seen))
            continue
        found = tuple(_records(line))
        into.extend(item for item in found if not isinstance(item, str))
        problems += [(place, item) for item in found[-1:] if isinstance(item, str)]
    return problems


def _records(line: Line) -> Iterator[Record | str]:
    """The records of one line, or in words why there is none."""
    if line.protocol is None:
        yield "needs `field` and `value`, or `protocol` with `raw` or `hex`"
    elif line.raw is None and line.hex is None:
        yield "needs `raw` or `hex` beside `protocol`"
    else:
        yield from _decoded(line)


def _decoded(line: Line) -> Iterator[Record | str]:
    decode = DECODERS.get(line.protocol or "")
    if decode is None:
        yield f"no decoder for the protocol {line.protocol!r} yet"
        return
    if line.raw is not None:
        data = line.raw.encode("utf-8", "surrogatepass")
    else:
        try:
            data = bytes.fromhex(line.hex or "")
        except (ValueError, binascii.Error):
            yield "`hex` is not hexadecimal"
            return
    decoded = decode(data)
    for field, value in decoded.fields:
        yield field, value[:_MOST_VALUE], sighting(NAME, line.port)
    if decoded.status is Status.MALFORMED:
        yield f"malformed as {line.protocol}"


def _pasted(data: bytes, name: str) -> Recorded:
    """One pasted answer: its first bytes say which protocol it is."""
    text = data.lstrip(_BLANK)
    if not text:
        return Recorded(targets=(), evidence=(), skips=(skip(name, 1, "the input is empty"),))
    protocol = next((p for start, p in _STARTS if text.startswith(start)), None)
    if protocol is None and text.startswith(b"<"):
        protocol = "wsd" if b"/discovery" in text else "onvif" if b"nvelope" in text else "http"
    if protocol is None:
        reason = (
            "neither a format that is read (docs/formats.md) nor the start of an HTTP, RTSP, "
            "SSH, FTP or SOAP answer"
        )
        return Recorded(targets=(), evidence=(), skips=(skip(name, 1, reason),))
    decoded = DECODERS[protocol](text)
    records: list[Record] = [
        (field, value[:_MOST_VALUE], _PORTLESS) for field, value in decoded.fields
    ]
    return Recorded(targets=(PASTED,), evidence=tuple(evidence_of(PASTED, records)), skips=())


def skip(name: str, number: int, reason: str) -> Skip:
    """A line that was not read, or not wholly."""
    return Skip(subject=f"{name}, line {number}", what="record", reason=reason)
