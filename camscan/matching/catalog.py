"""What a set of fingerprints holds, as rows and as single tables, for people to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from camscan.matching.entity import Product
from camscan.matching.fingerprints import Fingerprints

KINDS = ("makers", "brands", "platforms", "software", "rules", "relations", "destinations")


Row = dict[str, str | int | None]


def _makers(data: Fingerprints, per_file: dict[str, int]) -> Iterator[Row]:
    for each in data.makers.values():
        if each.reviewed:
            yield {
                "id": each.id,
                "name": each.name,
                "country": each.country,
                "rules": per_file.get(each.file, 0),
                "reviewed": each.reviewed,
            }


def _brands(data: Fingerprints) -> Iterator[Row]:
    for each in data.brands.values():
        yield {
            "id": each.id,
            "name": each.name,
            "country": each.country,
            "maker": each.maker,
            "file": each.file,
        }


def _products(products: Iterable[Product], per_file: dict[str, int]) -> Iterator[Row]:
    for each in products:
        yield {
            "id": each.id,
            "name": each.name,
            "kind": each.kind or "platform",
            "rules": per_file.get(each.file, 0),
            "reviewed": each.reviewed,
        }


def _rules(data: Fingerprints) -> Iterator[Row]:
    for each in data.rules:
        yield {
            "id": each.id,
            "field": each.field,
            "strength": each.strength,
            "match": f"{each.operator.value} {each.text}",
            "asserts": " ".join(f"{key}={text}" for key, text in each.asserts.items()),
        }


def _relations(data: Fingerprints) -> Iterator[Row]:
    for each in data.relations:
        yield {
            "id": each.id,
            "brand": each.brand,
            "maker": each.maker,
            "kind": each.kind,
            "confidence": each.confidence,
            "models": each.models,
        }


def _destinations(data: Fingerprints) -> Iterator[Row]:
    for each in data.egress:
        yield {
            "id": each.id,
            "maker": each.maker,
            "purpose": each.purpose,
            "domains": " ".join((*each.domains, *each.networks)),
        }
    for library in data.egress_data.libraries:
        yield {
            "id": library.id,
            "maker": library.maker,
            "purpose": "p2p library",
            "domains": " ".join(library.ports),
        }
    for service in data.egress_data.services:
        yield {
            "id": service.id,
            "maker": service.name,
            "purpose": f"public {service.role}",
            "domains": " ".join((*service.addresses, *service.domains)),
        }


def rows(data: Fingerprints, kind: str) -> list[Row]:
    """One row per entry of a kind of KINDS; the keys are the columns."""
    per_file: dict[str, int] = {}
    for rule in data.rules:
        per_file[rule.file] = per_file.get(rule.file, 0) + 1
    match kind:
        case "makers":
            return list(_makers(data, per_file))
        case "brands":
            return list(_brands(data))
        case "platforms":
            return list(_products(data.platforms.values(), per_file))
        case "software":
            return list(_products(data.software.values(), per_file))
        case "rules":
            return list(_rules(data))
        case "relations":
            return list(_relations(data))
        case _:
            return list(_destinations(data))


def summary(data: Fingerprints) -> str:
    makers = sum(1 for maker in data.makers.values() if maker.reviewed)
    counts = (
        f"{makers} makers, {len(data.brands)} brands, {len(data.platforms)} platforms, "
        f"{len(data.software)} software products, {len(data.rules)} rules, "
        f"{len(data.ouis)} MAC prefixes, {len(data.relations)} brand relations"
    )
    version = data.version
    return f"{counts}\ndata {version.version} of {version.date}, sha256 {version.sha256}"


def find(data: Fingerprints, name: str) -> tuple[str, Any] | None:
    """The kind and the table that `name` stands for."""
    grammars = [
        *(("model grammar", each) for group in data.models.values() for each in group),
        *(("firmware grammar", each) for group in data.firmware.values() for each in group),
    ]
    named: list[tuple[str, Any]] = [
        *(("rule", each) for each in data.rules),
        *(("maker", each) for each in data.makers.values()),
        *(("brand", each) for each in data.brands.values()),
        *(("platform", each) for each in data.platforms.values()),
        *(("software", each) for each in data.software.values()),
        *grammars,
        *(("MAC prefix", each) for each in data.ouis),
        *(("relation", each) for each in data.relations),
        *(("destination", each) for each in data.egress),
        *(("P2P library", each) for each in data.egress_data.libraries),
        *(("public service", each) for each in data.egress_data.services),
    ]
    return next((pair for pair in named if pair[1].id == name), None)


def belongings(data: Fingerprints, kind: str, name: str) -> dict[str, list[str]]:
    """Ids of what a firm or product has in the data."""
    if kind not in ("maker", "brand", "platform", "software"):
        return {}
    found = {
        "rules": [rule.id for rule in data.rules if rule.owner == name],
        "models": [each.id for each in data.models.get(name, ())],
        "firmware": [each.id for each in data.firmware.get(name, ())],
        "prefixes": [each.prefix for each in data.ouis if name in (each.maker, each.brand)],
        "brands": [each.id for each in data.brands.values() if each.maker == name],
        "relations": [each.id for each in data.relations if name in (each.maker, each.brand)],
        "destinations": [each.id for each in data.egress if each.maker == name],
        "libraries": [each.id for each in data.egress_data.libraries if each.maker == name],
    }
    return {key: ids for key, ids in found.items() if ids}
