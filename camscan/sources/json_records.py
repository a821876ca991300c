"""JSON files of scanners: one object a line, an array with one object a line, or one document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from camscan.model.coverage import Skip

HEAD = 65536
"""Bytes at the start of a file that a `sniff` looks at."""
_BLANK = b"\xef\xbb\xbf \t\r\n"
_DEEP = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_END = re.compile(rb"\{\s*finished\s*:\s*1\s*\}")
_decoder = msgspec.json.Decoder()


def looks_like(data: bytes, *patterns: re.Pattern[bytes]) -> bool:
    """Whether a file starts as JSON, and every pattern occurs in its first 64 KiB."""
    head = data[:HEAD].lstrip(_BLANK)
    return head[:1] in (b"{", b"[") and all(pattern.search(head) for pattern in patterns)


def key(name: str, then: str = "") -> re.Pattern[bytes]:
    """A pattern for the key of an object (not for such words inside a text), and what follows."""
    return re.compile(rf'(?<!\\)"{re.escape(name)}"\s*:\s*{then}'.encode())


def records(data: bytes, name: str) -> Iterator[dict[str, Any] | Skip]:
    """Objects in order; what is no object is a Skip with its line, and the rest is still read."""
    body = data.strip(_BLANK)
    if _one_document(body):
        yield from _document(body, name)
        return
    for number, line in enumerate(data.split(b"\n"), start=1):
        text = line.strip(_BLANK).removeprefix(b",").removesuffix(b",").strip()
        if not text or text in (b"[", b"]") or _END.fullmatch(text):
            continue
        try:
            value = _decoder.decode(text)
        except _DEEP as error:
            yield skip(name, number, f"not a record: {error}")
            continue
        if isinstance(value, dict):
            yield value
        else:
            yield from _items(value, name, number)


def skip(name: str, line: int, reason: str) -> Skip:
    """A record that was not read."""
    return Skip(subject=f"{name}, line {line}", what="record", reason=reason)


def _one_document(body: bytes) -> bool:
    """True when the first line that says something is no whole value: it goes on below."""
    for line in body.split(b"\n", 2)[:2]:
        text = line.strip(_BLANK).removeprefix(b",").removesuffix(b",").strip()
        if text in (b"", b"["):
            continue
        return not text.endswith((b"}", b"]")) and b"\n" in body
    return False


def _document(body: bytes, name: str) -> Iterator[dict[str, Any] | Skip]:
    try:
        value = _decoder.decode(body)
    except _DEEP as error:
        yield skip(name, 1, f"the document cannot be read: {error}")
        return
    yield from _items(value, name, 1)


def _items(value: object, name: str, line: int) -> Iterator[dict[str, Any] | Skip]:
    items = value if isinstance(value, list) else [value]
    for item in items:
        if isinstance(item, dict):
            yield item
        else:
            yield skip(name, line, "not a record: no object")
