"""Recorded answers as JSON Lines: `{target, field, value}` or `{target, protocol, raw|hex}`.

Pasted text that is no JSON is taken for one raw answer of the target `pasted`.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from camscan.model.coverage import Skip
from camscan.model.evidence import Evidence
from camscan.model.status import Status
from camscan.protocols.registry import DECODERS

NAME = "identify"
PASTED = "pasted"
_MOST_VALUE = 8192
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


class Line(Struct, forbid_unknown_fields=False):
    """One line as it is written."""

    target: str
    field: str | None = None
    value: str | None = None
    protocol: str | None = None
    raw: str | None = None
    hex: str | None = None
    port: Annotated[int, Meta(ge=0, le=65535)] | None = None


class Recorded(Struct, frozen=True, kw_only=True):
    """What a file gave: targets in input order (also those that said nothing), and bad lines."""

    targets: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    skips: tuple[Skip, ...]


_decoder = msgspec.json.Decoder(Line)


def sniff(data: bytes) -> bool:
    """By a `target` in the first object, or by the start of a pasted answer."""
    text = data[:4096].lstrip(_BLANK)
    if text.startswith(b"{"):
        return _TARGET.search(text) is not None
    pasted = any(text.startswith(start) for start, _ in _STARTS) or text.startswith(b"<")
    return pasted and b"<nmaprun" not in text and b"<!DOCTYPE nmaprun" not in text


def parse_records(data: bytes, name: str) -> Recorded:
    """Evidence of a whole file; each bad line is a Skip with its number, never an abort."""
    if not data.lstrip(_BLANK).startswith(b"{"):
        return _pasted(data, name)
    targets: dict[str, None] = {}
    evidence: list[Evidence] = []
    skips: list[Skip] = []
    for number, _, text in lines(data):
        parsed = read_line(text)
        problem: str | None = parsed if isinstance(parsed, str) else None
        if isinstance(parsed, Line):
            targets[parsed.target] = None
            problem = gather(parsed, evidence)
        if problem is not None:
            skips.append(skip(name, number, problem))
    return Recorded(targets=tuple(targets), evidence=tuple(evidence), skips=tuple(skips))


def by_target(data: bytes) -> bool:
    """Whether the file is JSON Lines of targets, and no pasted answer."""
    return data.lstrip(_BLANK).startswith(b"{") and sniff(data)


def lines(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Number, offset and text of each line that is not blank."""
    start, number, size = 0, 0, len(data)
    find = data.find
    while start < size:
        end = find(b"\n", start)
        if end < 0:
            end = size
        number += 1
        text = data[start:end]
        if text.startswith(b"{") or text.strip(_BLANK):
            yield number, start, text
        start = end + 1


def line_at(data: bytes, start: int) -> bytes:
    """The line that begins at `start`, without its end."""
    end = data.find(b"\n", start)
    return data[start:end] if end >= 0 else data[start:]


def read_line(text: bytes) -> Line | str:
    """A line, or in words why it is none."""
    try:
        return _decoder.decode(text if text.startswith(b"{") else text.strip(_BLANK))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return f"not a record: {error}"


def gather(line: Line, into: list[Evidence]) -> str | None:
    """Add the evidence of one line; in words what of it could not be read."""
    if line.field is not None and line.value is not None:
        into.append(_item(line, line.field, line.value))
        return None
    problem = None
    for item in _evidence(line):
        if isinstance(item, Evidence):
            into.append(item)
        else:
            problem = item
    return problem


def _evidence(line: Line) -> Iterator[Evidence | str]:
    """The evidence of one line, or in words why there is none."""
    if line.protocol is None:
        yield "needs `field` and `value`, or `protocol` with `raw` or `hex`"
    elif line.raw is None and line.hex is None:
        yield "needs `raw` or `hex` beside `protocol`"
    else:
        yield from _decoded(line)


def _decoded(line: Line) -> Iterator[Evidence | str]:
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
        yield _item(line, field, value)
    if decoded.status is Status.MALFORMED:
        yield f"malformed as {line.protocol}"


def _item(line: Line, field: str, value: str) -> Evidence:
    return Evidence(
        target=line.target, field=field, value=value[:_MOST_VALUE], method=NAME, port=line.port
    )


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
    line = Line(target=PASTED)
    return Recorded(
        targets=(PASTED,),
        evidence=tuple(_item(line, field, value) for field, value in decoded.fields),
        skips=(),
    )


def skip(name: str, number: int, reason: str) -> Skip:
    """A line that was not read, or not wholly."""
    return Skip(subject=f"{name}, line {number}", what="record", reason=reason)
