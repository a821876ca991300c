"""A published advisory about firmware of cameras (fingerprints/advisories/)."""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct

from camscan.errors import DataError

Kind: TypeAlias = Literal["known-exploited", "critical", "high", "unscored"]


class Seen(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model and firmware of an example."""

    model: str
    firmware: str = ""


class AffectsTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[advisory.affects]]`: models, and the bounds that the source gives, all of which hold.

    `first` and `last` are included, `before` is not: firmware as the maker prints it.
    `built_from`, `built_through` and `built_before` are days of the build. `exact` are single
    firmware texts; with `older` also those before it, whose order nobody can read. `every`: the
    source says all versions. `possibly`: the source is too wide for more than "possibly affected".
    """

    models: str
    first: str = ""
    last: str = ""
    before: str = ""
    built_from: date | None = None
    built_through: date | None = None
    built_before: date | None = None
    exact: tuple[str, ...] = ()
    older: bool = False
    every: bool = False
    possibly: bool = False
    affected: tuple[Seen, ...] = ()
    not_affected: tuple[Seen, ...] = ()


class AdvisoryTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[advisory]]` as it is written; `score` is the CVSS v3 base score of its source."""

    id: str
    kind: Kind
    title: str
    kev_added: date | None = None
    score: float | None = None
    also: tuple[str, ...] = ()
    fixed: str = ""
    end_of_life: bool = False
    affects: tuple[AffectsTable, ...] = ()
    source: tuple[str, ...] = ()
    note: str = ""


class AdvisoryHead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[advisories]` as it is written.

    `maker` or `brand` is whose devices they are about; `grammar` the maker whose firmware grammar
    reads the versions, where it is another. `name` and `country` of a maker that has no
    fingerprints yet.
    """

    reviewed: date
    maker: str = ""
    brand: str = ""
    grammar: str = ""
    name: str = ""
    country: str | None = None
    note: str = ""


class AdvisoryFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of advisories/ as it is written."""

    advisories: AdvisoryHead
    advisory: tuple[AdvisoryTable, ...] = ()


class Advisory(Struct, frozen=True, kw_only=True):
    """A loaded advisory."""

    id: str
    kind: Kind
    title: str
    maker: str
    brand: str
    name: str
    grammar: str
    kev_added: date | None
    score: float | None
    also: tuple[str, ...]
    fixed: str
    end_of_life: bool
    affects: tuple[AffectsTable, ...]
    source: tuple[str, ...]
    note: str
    reviewed: date
    file: str

    @property
    def subject(self) -> str:
        """The maker or brand that it is about."""
        return self.brand or self.maker


def build_advisories(table: AdvisoryFile, *, file: str) -> tuple[Advisory, ...]:
    """The advisories of a file; DataError without source or models, or with two subjects."""
    head = table.advisories
    if bool(head.maker) == bool(head.brand):
        raise DataError(f"{file}: give `maker` or `brand`, one of them")
    return tuple(_build(entry, head, file) for entry in table.advisory)


def _build(entry: AdvisoryTable, head: AdvisoryHead, file: str) -> Advisory:
    if not entry.source:
        raise DataError(f"{file}: advisory {entry.id}: no source; say who published it")
    if not entry.affects:
        raise DataError(f"{file}: advisory {entry.id}: no `affects`: which models?")
    return Advisory(
        id=entry.id,
        kind=entry.kind,
        title=entry.title,
        maker=head.maker,
        brand=head.brand,
        name=head.name,
        grammar=head.grammar or head.maker,
        kev_added=entry.kev_added,
        score=entry.score,
        also=entry.also,
        fixed=entry.fixed,
        end_of_life=entry.end_of_life,
        affects=entry.affects,
        source=entry.source,
        note=entry.note,
        reviewed=head.reviewed,
        file=file,
    )
