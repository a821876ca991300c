"""Fingerprint files into `Fingerprints`; DataError names file and rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from camscan.errors import DataError
from camscan.matching.cache import read_parts
from camscan.matching.data import DataFile, DataRoot, as_root, data_files, data_version
from camscan.matching.entity import Entity, Oui, Product
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.grammar import FirmwareGrammar, ModelGrammar
from camscan.matching.part import Part
from camscan.matching.read import read
from camscan.matching.relation import Relation
from camscan.matching.rule import Kind, Rule
from camscan.matching.vocabulary import Vocabulary

KINDS = frozenset({kind.value for kind in Kind})
LIST_KINDS = frozenset({"lists", "advisories", "lifecycle", "defaults"})
"""Folders that lists/ reads."""

Named = TypeVar("Named", Entity, Product, Rule)
Owned = TypeVar("Owned", ModelGrammar, FirmwareGrammar)
Entry = TypeVar("Entry")


def read_vocabulary(files: Iterable[DataFile]) -> Vocabulary:
    """The vocabulary of the base layer."""
    for file in files:
        if file.name == "vocabulary.toml":
            return read(file, Vocabulary)
    raise DataError("vocabulary.toml: missing; the folder is no complete set of fingerprints")


def matching_files(files: Iterable[DataFile]) -> tuple[DataFile, ...]:
    """The files that matching reads; the rest is read by whoever needs it."""
    return tuple(file for file in files if file.kind in KINDS or file.name == "oem.toml")


def _index(entries: Iterable[Named], what: str) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for entry in entries:
        if (first := found.get(entry.id)) is not None:
            raise DataError(f"{entry.file}: {what} {entry.id} is already in {first.file}")
        found[entry.id] = entry
    return found


def merge_makers(parts: Iterable[Part]) -> dict[str, Entity]:
    """Makers by id. Software files may name one firm several times; a maker's own file wins."""
    found: dict[str, Entity] = {}
    for part in parts:
        for entry in part.makers:
            first = found.get(entry.id)
            own, held = bool(entry.reviewed), first is not None and bool(first.reviewed)
            if first is None or (own and not held):
                found[entry.id] = entry
            elif own:
                raise DataError(f"{entry.file}: maker {entry.id} is already in {first.file}")
    return found


def merge_brands(parts: Iterable[Part]) -> dict[str, Entity]:
    """Brands by id. A name given with a relation yields to the brand's own file."""
    found: dict[str, Entity] = {}
    for part in parts:
        for entry in part.brands:
            first = found.get(entry.id)
            if first is None or (first.file == "oem.toml" and entry.file != "oem.toml"):
                found[entry.id] = entry
            elif "oem.toml" not in (entry.file, first.file):
                raise DataError(f"{entry.file}: brand {entry.id} is already in {first.file}")
    return found


def _by_owner(entries: Iterable[Owned]) -> dict[str, tuple[Owned, ...]]:
    found: dict[str, list[Owned]] = {}
    for entry in entries:
        found.setdefault(entry.owner, []).append(entry)
    return {owner: tuple(group) for owner, group in found.items()}


def _all(parts: Iterable[Part], pick: Callable[[Part], tuple[Entry, ...]]) -> list[Entry]:
    return [entry for part in parts for entry in pick(part)]


def assemble(
    files: tuple[DataFile, ...], vocabulary: Vocabulary, parts: tuple[Part, ...]
) -> Fingerprints:
    """Fingerprints of parts that were read; DataError when an id stands twice."""
    newest = max([vocabulary.reviewed.isoformat(), *(part.reviewed for part in parts)])
    ouis: list[Oui] = _all(parts, lambda part: part.ouis)
    relations: list[Relation] = _all(parts, lambda part: part.relations)
    rules = _index(_all(parts, lambda part: part.rules), "rule")
    return Fingerprints(
        vocabulary=vocabulary,
        version=data_version(files, vocabulary.version, newest),
        makers=merge_makers(parts),
        brands=merge_brands(parts),
        platforms=_index(_all(parts, lambda part: part.platforms), "platform"),
        software=_index(_all(parts, lambda part: part.software), "software"),
        rules=tuple(rules.values()),
        models=_by_owner(_all(parts, lambda part: part.models)),
        firmware=_by_owner(_all(parts, lambda part: part.firmware)),
        ouis=tuple(ouis),
        relations=tuple(relations),
        egress_files=tuple(file for file in files if file.kind == "egress"),
        list_files=tuple(file for file in files if file.kind in LIST_KINDS),
    )


def load(root: DataRoot | Path | None = None) -> Fingerprints:
    """All data that matching needs, checked; destinations follow when first asked for."""
    files = data_files(as_root(root))
    vocabulary = read_vocabulary(files)
    return assemble(files, vocabulary, read_parts(matching_files(files)))
