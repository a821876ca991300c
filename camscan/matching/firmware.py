"""Firmware texts read by a maker's grammar: a dotted version and the day of the build."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from msgspec import Struct

from camscan.matching.grammar import FirmwareGrammar
from camscan.matching.pattern import Pattern, encoded


class Release(Struct, frozen=True):
    """What a grammar read; `build` is an ISO date, or the text where no format is given."""

    version: str | None
    build: str | None
    grammar: str


def _build(text: str | None, form: str | None) -> str | None:
    """ISO date of a build; None for what is no date in that form."""
    if text is None or form is None:
        return text
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC).date().isoformat()
    except ValueError:
        return None


class FirmwareReader:
    """The firmware grammars of one maker, tried in file order."""

    def __init__(self, grammars: Iterable[FirmwareGrammar]) -> None:
        self._grammars = [(grammar, Pattern(grammar.regex)) for grammar in grammars]

    def read(self, text: str) -> Release | None:
        """Version and build of `text`, None when no grammar reads it."""
        data = encoded(text)
        for grammar, pattern in self._grammars:
            found = pattern.captures(data)
            if found is not None:
                build = _build(found.get("build"), grammar.build_format)
                return Release(found.get("version"), build, grammar.id)
        return None
