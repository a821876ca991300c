"""Text from the network made harmless before anybody reads it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_REPLACEMENT = "\ufffd"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_MARKDOWN = re.compile(r"[\\`*_{}\[\]!|~$%^>]|[<&]|^[-+=]|[@#](?=\w)|#|:(?=//)|www(?=\.)")
_QUOTE, _QUOTES = '"', '""'
_JOINER = "&#8288;"
_PLAIN = bytes(range(0x7F))
_ENTITIES = {"<": "&lt;", "&": "&amp;"}


def plain(text: str, limit: int = 200) -> str:
    """One line without control, format, surrogate or private characters, cut at `limit`.

    Escape sequences would otherwise drive the reader's terminal, and bidirectional overrides
    would reorder what stands beside them.
    """
    cleaned = text if text.isprintable() else "".join(map(_harmless, text))
    return cleaned if len(cleaned) <= limit else cleaned[: limit - 1] + "…"


def cell(text: str) -> str:
    """A CSV cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    cleaned = plain(text, limit=8192)
    return "'" + cleaned if cleaned.startswith(_FORMULA_STARTS) else cleaned


def csv_row(texts: Iterable[str]) -> str:
    """A row of `cell`s as RFC 4180 has it, CRLF behind it: what csv.writer gives, which takes its
    time over long texts."""
    return ",".join(map(_quoted, map(cell, texts))) + "\r\n"


def _quoted(text: str) -> str:
    if _QUOTE not in text and "," not in text:
        return text  # a cell has no line ends
    return f'"{text.replace(_QUOTE, _QUOTES)}"'


def markdown(text: str, limit: int = 200) -> str:
    """Text that Markdown shows as it is: no link, image, mention, HTML, emphasis or table border.

    Marks get the backslash of CommonMark 0.31 (section 2.4), `<` and `&` become entities. GitHub
    and GitLab look for mentions, references and bare links in the text that is left, so that a
    word joiner (U+2060) stands within those.
    """
    return _MARKDOWN.sub(_escaped, plain(text, limit))


def _escaped(found: re.Match[str]) -> str:
    mark = found[0]
    if mark in _ENTITIES:
        return _ENTITIES[mark]
    if mark in {":", "www", "@"}:
        return mark + _JOINER
    if mark == "#":
        return "\\#" + _JOINER
    return "\\" + mark


def escaped_json(data: bytes) -> bytes:
    """JSON text with control, format, surrogate and private characters as `\\uXXXX`: the same value
    for a program, and harmless where somebody prints it. Other letters stay as they are."""
    if data.isascii() and b"\x7f" not in data:
        return data  # msgspec writes C0 controls escaped
    letters = set(data.translate(None, _PLAIN).decode("utf-8"))
    unsafe = {ord(char): _json_escape(char) for char in letters if not _printable(char)}
    return data.decode("utf-8").translate(unsafe).encode("utf-8") if unsafe else data


def _json_escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))


def _harmless(char: str) -> str:
    if char in "\t\r\n":
        return " "
    return char if _printable(char) else _REPLACEMENT


def _printable(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
