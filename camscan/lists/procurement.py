"""A list that names companies, as a dated reading of a document (fingerprints/lists/)."""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct

from camscan.errors import DataError

Weight: TypeAlias = Literal["measure", "instruction", "report", "proposal"]
Names: TypeAlias = Literal["companies", "nobody", "unknown"]
Reach: TypeAlias = Literal["named", "affiliates"]
HOME = "GB"
"""Whose lists are told first."""


class Entity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[entity]]`: a company `printed` as the document has it, since `listed`.

    `maker` or `brand` is the id under which camscan knows it; neither: no maker of cameras.
    `undetermined` says why the entity and the maker of that id may be two companies.
    """

    printed: str
    listed: date
    maker: str = ""
    brand: str = ""
    undetermined: str = ""
    source: tuple[str, ...] = ()
    note: str = ""


class Affiliate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[affiliate]]`: a brand or maker that belongs to the group of the maker `of`."""

    name: str
    of: str
    brand: str = ""
    maker: str = ""
    source: tuple[str, ...] = ()
    note: str = ""


class Event(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[event]]`: what happened to the list, and when."""

    on: date
    what: str
    source: tuple[str, ...] = ()


class ListHead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[list]` as it is written.

    `dated` is the document's day, `data_date` the day of which its content is known. In `wording`
    {entity} and {listed} stand for the entry. `countries`: makers from there get `wording` as
    context though nobody is named, but for those in `undetermined`, each with the reason.
    `outside_uk` is what a list from abroad means for UK bodies.
    """

    id: str
    title: str
    issuer: str
    jurisdiction: str
    weight: Weight
    names: Names
    reaches: Reach
    form: str
    binds: str
    wording: str
    dated: date
    data_date: date
    reviewed: date
    outside_uk: str = ""
    qualifier: str = ""
    countries: tuple[str, ...] = ()
    undetermined: dict[str, str] = {}
    source: tuple[str, ...] = ()
    note: str = ""


class ListFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of lists/ as it is written; affiliates.toml has affiliates and no list."""

    list: ListHead | None = None
    entity: tuple[Entity, ...] = ()
    affiliate: tuple[Affiliate, ...] = ()
    event: tuple[Event, ...] = ()


class ProcurementList(Struct, frozen=True, kw_only=True):
    """A loaded list with its entries."""

    head: ListHead
    entities: tuple[Entity, ...]
    events: tuple[Event, ...]
    file: str

    @property
    def id(self) -> str:
        """Stable id, the file's name."""
        return self.head.id

    @property
    def home(self) -> bool:
        """True for a list of the United Kingdom."""
        return self.head.jurisdiction == HOME

    def entry(self, maker: str | None, brand: str | None) -> Entity | None:
        """The entry of a maker or, where the document names the brand, of a brand."""
        return next(
            (
                each
                for each in self.entities
                if (maker and each.maker == maker) or (brand and each.brand == brand)
            ),
            None,
        )


def build_list(table: ListFile, *, file: str) -> ProcurementList:
    """The list of a file; DataError without a source, or where an entry has none."""
    head = table.list
    if head is None:
        raise DataError(f"{file}: neither a [list] nor affiliates")
    if not head.source:
        raise DataError(f"{file}: list {head.id}: no source; say where it can be read")
    for each in table.entity:
        if not (each.source or head.source):
            raise DataError(f"{file}: entity {each.printed}: no source")
    return ProcurementList(head=head, entities=table.entity, events=table.event, file=file)
