r"""nmap's service fingerprint: the raw answers of a service that nmap did not know.

`SF-Port80-TCP:V=7.93%…%r(GetRequest,29D,"HTTP/1\.1\x20200…");` where the number is the length
of the answer in hexadecimal (https://nmap.org/book/vscan-community.html); nmap cuts long answers.
"""

from __future__ import annotations

import re

from msgspec import Struct

_LIMIT = 262144
_ANSWERS = 64
_ENTRY = re.compile(r'%r\(([A-Za-z0-9_-]{1,64}),([0-9A-Fa-f]{1,6}),"')
_WRAPPED = re.compile(r"\r?\nSF:")
_ESCAPE = re.compile(r'\\(x[0-9A-Fa-f]{2}|.)|"', re.DOTALL)
_CONTROL = {"r": "\r", "n": "\n", "t": "\t", "0": "\x00", "a": "\a", "b": "\b", "f": "\f"}


class RawAnswer(Struct, frozen=True):
    """What the service answered to nmap's `probe` (`NULL`: unasked)."""

    probe: str
    data: bytes


def parse_fingerprint(text: str) -> tuple[RawAnswer, ...]:
    """Every answer in a fingerprint, as one line or wrapped as nmap prints it; at most 64."""
    text = _WRAPPED.sub("", text[:_LIMIT])
    found: list[RawAnswer] = []
    entry = _ENTRY.search(text)
    while entry is not None and len(found) < _ANSWERS:
        answer, end = _unescaped(text, entry.end())
        if answer:
            found.append(RawAnswer(entry[1], answer.encode("latin-1", "replace")))
        entry = _ENTRY.search(text, end)
    return tuple(found)


def _unescaped(text: str, start: int) -> tuple[str, int]:
    """The text of a quoted string that begins at `start`, and where it ends."""
    parts: list[str] = []
    position = start
    for match in _ESCAPE.finditer(text, start):
        parts.append(text[position : match.start()])
        position = match.end()
        escaped = match[1]
        if escaped is None:
            return "".join(parts), position
        if len(escaped) == 3:
            parts.append(chr(int(escaped[1:], 16)))
        else:
            parts.append(_CONTROL.get(escaped, escaped))
    parts.append(text[position:])
    return "".join(parts), len(text)
