"""Text from the network made harmless before anybody reads it."""

from __future__ import annotations

import unicodedata

_REPLACEMENT = "\ufffd"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


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


def _harmless(char: str) -> str:
    if char in "\t\r\n":
        return " "
    return char if _printable(char) else _REPLACEMENT


def _printable(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
