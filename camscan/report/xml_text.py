"""Texts as they stand in XML 1.0: escaped, and without a character that XML has no place for."""

from __future__ import annotations

import re

from camscan.report.escape import plain

_CONTENT = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
_ATTRIBUTE = _CONTENT | {ord('"'): "&quot;"}
_MARKS = re.compile(r'[&<>"]')
_LONGEST = 100_000


def attribute(text: str) -> str:
    """One line, between double quotes."""
    text = plain(text, _LONGEST)
    return text.translate(_ATTRIBUTE) if _MARKS.search(text) else text


def content(text: str) -> str:
    """Between tags; line ends stay."""
    return "\n".join(plain(line, _LONGEST).translate(_CONTENT) for line in text.split("\n"))
