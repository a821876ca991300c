"""The objects of a JSON document that is no JSON Lines: one array, or printed over several lines.

`jq` and most libraries write such; each object is found by its braces alone, so that one that
cannot be read costs no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST_OBJECT = 1 << 20  # bytes
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*\{|\{[ \t]*\r?\n)")
# A text that is never closed ends with the data: each byte is looked at once.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[{}]', re.DOTALL)
_BETWEEN = b"[], \t\r\n"
_BOM = b"\xef\xbb\xbf"


def is_document(data: bytes) -> bool:
    """True where an object is behind a bracket, or its first line ends behind its brace."""
    return _BEGINS.match(data) is not None


def objects(data: bytes) -> Iterator[tuple[int, bytes | str]]:
    """The line on which each object begins, and its bytes; or in words what stands in its place."""
    counted, line = 0, 1
    for begin, found in _found(data):
        line += data.count(b"\n", counted, begin)
        counted = begin
        yield line, found


def _found(data: bytes) -> Iterator[tuple[int, bytes | str]]:
    """The same with the place in `data`."""
    place = len(_BOM) if data.startswith(_BOM) else 0
    depth = begin = 0
    for token in _TOKEN.finditer(data, place):
        if token[0] == b"{":
            if not depth:
                begin = token.start()
                yield from _rubbish(data, place, begin)
            depth += 1
        elif token[0] == b"}" and depth:
            depth -= 1
            if not depth:
                place = token.end()
                size = place - begin
                yield begin, data[begin:place] if size <= MOST_OBJECT else f"has {size} bytes"
    if depth:
        yield begin, "not a record: the file ends within it"
    else:
        yield from _rubbish(data, place, len(data))


def _rubbish(data: bytes, place: int, end: int) -> Iterator[tuple[int, str]]:
    """What stands between two objects and is neither a comma nor the array's bracket."""
    between = data[place:end].lstrip(_BETWEEN)
    if between:
        yield end - len(between), f"not a record: {between.rstrip(_BETWEEN)[:40]!r}"
