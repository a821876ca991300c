"""Grammars of a maker: what a model number says, and how a firmware text is read."""

from __future__ import annotations

from msgspec import Struct

from camscan.matching.rule import Example, examples_of, require_proof


class ModelGrammar(Struct, frozen=True, kw_only=True):
    """A model number that `regex` matches is of `device_class` and, where given, of `brand`.

    `telling`: nobody else has such numbers, so one names the firm wherever a device says it.
    `telling_in_onvif`: no other camera has such numbers, but a printer or a switch may.
    """

    id: str
    file: str
    owner: str
    regex: str
    device_class: str | None
    brand: str | None
    examples: tuple[str, ...]
    not_examples: tuple[str, ...]
    source: tuple[str, ...]
    note: str
    telling: bool = False
    telling_in_onvif: bool = False


class ModelTable(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"class_": "class"}
):
    """`[[model]]` as it is written; the first match of a file wins."""

    id: str
    regex: str
    class_: str | None = None
    brand: str | None = None
    telling: bool = False
    telling_in_onvif: bool = False
    examples: tuple[str, ...] = ()
    not_examples: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    note: str = ""


class FirmwareGrammar(Struct, frozen=True, kw_only=True):
    """`regex` with the groups version and build; `build_format` reads the build as a date."""

    id: str
    file: str
    owner: str
    regex: str
    build_format: str | None
    examples: tuple[Example, ...]
    not_examples: tuple[str, ...]
    source: tuple[str, ...]
    note: str


class FirmwareTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[firmware]]` as it is written."""

    id: str
    regex: str
    build_format: str | None = None
    examples: tuple[str | dict[str, str], ...] = ()
    not_examples: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    note: str = ""


def build_model(table: ModelTable, *, owner: str, file: str) -> ModelGrammar:
    """The grammar of a table; DataError without example or source."""
    require_proof(f"{file}: model {table.id}", table.examples, table.source)
    return ModelGrammar(
        id=table.id,
        file=file,
        owner=owner,
        regex=table.regex,
        device_class=table.class_,
        brand=table.brand,
        examples=table.examples,
        not_examples=table.not_examples,
        source=table.source,
        note=table.note,
        telling=table.telling,
        telling_in_onvif=table.telling_in_onvif,
    )


def build_firmware(table: FirmwareTable, *, owner: str, file: str) -> FirmwareGrammar:
    """The grammar of a table; DataError without example or source."""
    where = f"{file}: firmware {table.id}"
    require_proof(where, table.examples, table.source)
    return FirmwareGrammar(
        id=table.id,
        file=file,
        owner=owner,
        regex=table.regex,
        build_format=table.build_format,
        examples=examples_of(where, table.examples, frozenset({"version", "build"})),
        not_examples=table.not_examples,
        source=table.source,
        note=table.note,
    )
