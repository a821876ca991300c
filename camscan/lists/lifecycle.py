"""Models of which the maker's support has ended, or may have (fingerprints/lifecycle/).

What is not here is "not named in data of DATE" and never "supported".
"""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct

from camscan.errors import DataError
from camscan.matching.pattern import Pattern, encoded

State: TypeAlias = Literal["ended", "may-have-ended"]


class EndTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[end]]` as it is written.

    `models` is a pattern; `ended` when the source says that support has ended, `may-have-ended`
    when it says no more than that. `on` is the day, where the source tells one; `says` what the
    source says, in a sentence.
    """

    id: str
    models: str
    state: State
    says: str
    on: date | None = None
    source: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    not_examples: tuple[str, ...] = ()


class LifecycleHead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[lifecycle]` as it is written: the maker (or brand) whose models these are.

    `name` of a maker that has no fingerprints yet.
    """

    of: str
    reviewed: date
    name: str = ""


class LifecycleFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of lifecycle/ as it is written."""

    lifecycle: LifecycleHead
    end: tuple[EndTable, ...] = ()


class EndOfLife(Struct, frozen=True, kw_only=True):
    """A loaded `[[end]]`."""

    id: str
    of: str
    name: str
    pattern: Pattern
    state: State
    says: str
    on: date | None
    source: tuple[str, ...]
    examples: tuple[str, ...]
    not_examples: tuple[str, ...]
    reviewed: date
    file: str

    def names(self, model: str) -> bool:
        """True for a model that the source speaks of."""
        return self.pattern.hits(encoded(model))


def build_lifecycle(table: LifecycleFile, *, file: str) -> tuple[EndOfLife, ...]:
    """The entries of a file; DataError for one without source, or a pattern that is none."""
    head = table.lifecycle
    return tuple(_build(entry, head, file) for entry in table.end)


def _build(entry: EndTable, head: LifecycleHead, file: str) -> EndOfLife:
    if not entry.source:
        raise DataError(f"{file}: end {entry.id}: no source; say who published it")
    return EndOfLife(
        id=entry.id,
        of=head.of,
        name=head.name,
        pattern=Pattern(entry.models),
        state=entry.state,
        says=entry.says,
        on=entry.on,
        source=entry.source,
        examples=entry.examples,
        not_examples=entry.not_examples,
        reviewed=head.reviewed,
        file=file,
    )
