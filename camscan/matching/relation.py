"""Who makes what is sold under another name: relations of brands to makers."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from camscan.errors import DataError
from camscan.matching.entity import BrandTable
from camscan.matching.rule import Word, require_proof


class Relation(Struct, frozen=True, kw_only=True):
    """Devices of `brand` whose model `models` matches (None: all) are made by `maker`."""

    brand: str
    maker: str
    models: str | None
    device_class: str | None
    kind: str
    since: str
    until: str
    confidence: Word
    examples: tuple[str, ...]
    not_examples: tuple[str, ...]
    source: tuple[str, ...]
    file: str
    number: int
    note: str

    @property
    def id(self) -> str:
        """What an explanation calls it: `oem.annke.hikvision.1`."""
        return f"oem.{self.brand}.{self.maker}.{self.number}"


class RelationTable(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"class_": "class"}
):
    """`[[relation]]` as it is written."""

    brand: str
    maker: str
    confidence: Word
    kind: Literal["oem", "sub-brand", "rebrand"]
    brand_name: str | None = None
    brand_country: str | None = None
    models: str | None = None
    class_: str | None = None
    since: str | int | None = None
    until: str | int | None = None
    examples: tuple[str, ...] = ()
    not_examples: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    note: str = ""


class OemFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """oem.toml as it is written."""

    relation: tuple[RelationTable, ...] = ()
    brand: tuple[BrandTable, ...] = ()


def build_relation(table: RelationTable, *, file: str, number: int) -> Relation:
    """The relation of a table; DataError without source, or with models but no example."""
    where = f"{file}: relation {table.brand} → {table.maker}"
    if table.models is not None:
        require_proof(where, table.examples, table.source)
    elif not table.source:
        raise DataError(f"{where}: no source; say who published it")
    return Relation(
        brand=table.brand,
        maker=table.maker,
        models=table.models,
        device_class=table.class_,
        kind=table.kind,
        since="" if table.since is None else str(table.since),
        until="" if table.until is None else str(table.until),
        confidence=table.confidence,
        examples=table.examples,
        not_examples=table.not_examples,
        source=table.source,
        file=file,
        number=number,
        note=table.note,
    )
