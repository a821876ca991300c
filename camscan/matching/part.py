"""What one file of makers/, brands/, platforms/, software/ or oem.toml contributes."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from camscan.errors import DataError
from camscan.matching.data import DataFile
from camscan.matching.entity import (
    BrandHead,
    BrandTable,
    Entity,
    MakerHead,
    Oui,
    OuiTable,
    PlatformHead,
    Product,
    SoftwareHead,
)
from camscan.matching.grammar import (
    FirmwareGrammar,
    FirmwareTable,
    ModelGrammar,
    ModelTable,
    build_firmware,
    build_model,
)
from camscan.matching.read import convert, parse
from camscan.matching.relation import OemFile, Relation, build_relation
from camscan.matching.rule import Kind, Rule, RuleTable, build_rule


class MakerFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of makers/ as it is written."""

    maker: MakerHead
    brand: tuple[BrandTable, ...] = ()
    oui: tuple[OuiTable, ...] = ()
    model: tuple[ModelTable, ...] = ()
    firmware: tuple[FirmwareTable, ...] = ()
    rule: tuple[RuleTable, ...] = ()


class BrandFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of brands/ as it is written: a firm that makes no electronics of its own."""

    brand: BrandHead
    oui: tuple[OuiTable, ...] = ()
    model: tuple[ModelTable, ...] = ()
    firmware: tuple[FirmwareTable, ...] = ()
    rule: tuple[RuleTable, ...] = ()


class PlatformFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of platforms/ as it is written."""

    platform: PlatformHead
    rule: tuple[RuleTable, ...] = ()


class SoftwareFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of software/ as it is written."""

    software: SoftwareHead
    vendor: tuple[BrandTable, ...] = ()
    rule: tuple[RuleTable, ...] = ()


class Part(Struct, frozen=True, kw_only=True):
    """The loaded content of one file. `head` is the id that it gives itself."""

    file: str
    head: str = ""
    reviewed: str = ""
    makers: tuple[Entity, ...] = ()
    brands: tuple[Entity, ...] = ()
    platforms: tuple[Product, ...] = ()
    software: tuple[Product, ...] = ()
    rules: tuple[Rule, ...] = ()
    models: tuple[ModelGrammar, ...] = ()
    firmware: tuple[FirmwareGrammar, ...] = ()
    ouis: tuple[Oui, ...] = ()
    relations: tuple[Relation, ...] = ()


def _firm(head: MakerHead | BrandHead, file: str) -> Entity:
    return Entity(
        id=head.id,
        name=head.name,
        country=head.country,
        file=file,
        legal_name=head.legal_name,
        reviewed=head.reviewed.isoformat(),
        sources=head.sources,
        default_ports=head.default_ports,
        note=head.note,
        names=head.names,
        names_alone=head.names_alone,
        only=head.only if isinstance(head, MakerHead) else None,
    )


def _named(table: BrandTable, file: str, maker: str | None) -> Entity:
    return Entity(
        id=table.id,
        name=table.name,
        country=table.country,
        file=file,
        legal_name=table.legal_name,
        maker=maker,
        sources=table.source,
        note=table.note,
    )


def _product(head: PlatformHead | SoftwareHead, file: str) -> Product:
    return Product(
        id=head.id,
        name=head.name,
        kind=head.kind if isinstance(head, SoftwareHead) else "",
        file=file,
        reviewed=head.reviewed.isoformat(),
        sources=head.sources,
        note=head.note,
    )


def _oui(table: OuiTable, file: str, *, maker: str | None, brand: str | None) -> Oui:
    if not table.source:
        raise DataError(f"{file}: oui {table.prefix}: no source; say who published it")
    owned_by = table.brand or brand
    if table.owner == "maker" and maker is None:
        raise DataError(f"{file}: oui {table.prefix}: owner maker in a file without a maker")
    if table.owner == "brand" and owned_by is None:
        raise DataError(f"{file}: oui {table.prefix}: owner brand needs `brand`")
    return Oui(
        prefix=table.prefix.lower().replace("-", ":"),
        owner=table.owner,
        maker=maker if table.owner == "maker" else None,
        brand=owned_by if table.owner == "brand" else None,
        file=file,
        source=table.source,
        note=table.note,
    )


def _rules(tables: tuple[RuleTable, ...], kind: Kind, owner: str, file: str) -> tuple[Rule, ...]:
    return tuple(build_rule(table, kind=kind, owner=owner, file=file) for table in tables)


def _firm_part(table: MakerFile | BrandFile, file: str) -> Part:
    """Makers and brand-only firms share everything but what their own OUI proves."""
    head: MakerHead | BrandHead
    if isinstance(table, MakerFile):
        head, kind = table.maker, Kind.MAKER
        makers = [_firm(head, file)]
        brands = [_named(entry, file, head.id) for entry in table.brand]
    else:
        head, kind = table.brand, Kind.BRAND
        makers, brands = [], [_firm(head, file)]
    owner = head.id
    maker, brand = (owner, None) if kind is Kind.MAKER else (None, owner)
    return Part(
        file=file,
        head=owner,
        reviewed=head.reviewed.isoformat(),
        makers=tuple(makers),
        brands=tuple(brands),
        rules=_rules(table.rule, kind, owner, file),
        models=tuple(build_model(entry, owner=owner, file=file) for entry in table.model),
        firmware=tuple(build_firmware(entry, owner=owner, file=file) for entry in table.firmware),
        ouis=tuple(_oui(entry, file, maker=maker, brand=brand) for entry in table.oui),
    )


def _platform_part(table: PlatformFile, file: str) -> Part:
    head = table.platform
    return Part(
        file=file,
        head=head.id,
        reviewed=head.reviewed.isoformat(),
        platforms=(_product(head, file),),
        rules=_rules(table.rule, Kind.PLATFORM, head.id, file),
    )


def _software_part(table: SoftwareFile, file: str) -> Part:
    head = table.software
    return Part(
        file=file,
        head=head.id,
        reviewed=head.reviewed.isoformat(),
        makers=tuple(_named(entry, file, None) for entry in table.vendor),
        software=(_product(head, file),),
        rules=_rules(table.rule, Kind.SOFTWARE, head.id, file),
    )


def _oem_part(table: OemFile, file: str) -> Part:
    brands = [_named(entry, file, None) for entry in table.brand]
    for entry in table.relation:
        if entry.brand_name and all(brand.id != entry.brand for brand in brands):
            brands.append(
                Entity(
                    id=entry.brand, name=entry.brand_name, country=entry.brand_country, file=file
                )
            )
    relations = tuple(
        build_relation(entry, file=file, number=number)
        for number, entry in enumerate(table.relation, 1)
    )
    return Part(file=file, brands=tuple(brands), relations=relations)


def _plain_dates(document: dict[str, Any]) -> dict[str, Any]:
    """Years may be written as text, number or TOML date; a relation keeps text."""
    for entry in document.get("relation", ()):
        for key in ("since", "until"):
            if isinstance(entry, dict) and hasattr(entry.get(key), "isoformat"):
                entry[key] = entry[key].isoformat()
    return document


def read_part(file: DataFile) -> Part:
    """The content of one file, checked by itself; DataError names file and rule."""
    document = parse(file)
    match file.kind:
        case Kind.MAKER.value:
            return _firm_part(convert(file, document, MakerFile), file.name)
        case Kind.BRAND.value:
            return _firm_part(convert(file, document, BrandFile), file.name)
        case Kind.PLATFORM.value:
            return _platform_part(convert(file, document, PlatformFile), file.name)
        case Kind.SOFTWARE.value:
            return _software_part(convert(file, document, SoftwareFile), file.name)
        case _:
            return _oem_part(convert(file, _plain_dates(document), OemFile), file.name)
