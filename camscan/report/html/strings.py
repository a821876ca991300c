"""Texts of the page's data: each is cleaned and kept once, and all together have a limit."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

import msgspec

from camscan.report.escape import plain

LEFT_OUT = "(left out: the report would be too large)"
# What could end the script element or begin markup within it (HTML, script data state).
_MARKUP = ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026"))


def safe_json(value: object, size: int = 1 << 20) -> Iterator[str]:
    """JSON that can stand in a `<script type="application/json">` whatever it holds.

    In parts of `size` bytes: one letter beyond Latin doubles the memory of the text that it is in.
    """
    text = msgspec.json.encode(value)
    for char, escaped in _MARKUP:
        text = text.replace(char, escaped)
    return codecs.iterdecode((text[at : at + size] for at in range(0, len(text), size)), "utf-8")


class Strings:
    """A table of texts; what comes after `limit` bytes of JSON is replaced by `LEFT_OUT`."""

    def __init__(self, limit: int) -> None:
        self.texts: list[str] = ["", LEFT_OUT]
        self.left_out = 0
        self._room = limit
        self._index: dict[tuple[str, int], int] = {("", 0): 0}

    def of(self, text: str | None, length: int = 200) -> int:
        """The place of `text`, harmless and cut at `length`; 0 for None and for nothing."""
        if not text:
            return 0
        found = self._index.get((text, length))
        if found is not None:
            return found
        cleaned = plain(text, length)
        # A bound, so that nothing need be encoded twice: no character takes more than six bytes.
        size = len(cleaned.encode()) + 5 * sum(map(cleaned.count, '<>&"\\')) + 3
        if size > self._room:
            self.left_out += 1
            return 1
        self._room -= size
        self._index[text, length] = len(self.texts)
        self.texts.append(cleaned)
        return len(self.texts) - 1
