"""What the fingerprints cover, maker by maker and field by field, and where they are thin."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from camscan.matching.entity import Entity
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.rule import Rule

EXAMPLES_PER_RULE = 2
"""With fewer examples a rule is hardly tried; counter-examples count as well."""


class MakerCoverage(Struct, frozen=True, kw_only=True):
    """One maker: how many of each thing, rules per field, and in words what is thin.

    `rules` are those of its file and those elsewhere that name it; `examples` with
    `counter_examples` are theirs. `classes` are the device classes that its rules and model
    numbers can tell; `relations` the brands known to hold its electronics.
    """

    id: str
    name: str
    country: str | None
    reviewed: str
    rules: int
    strong: int
    examples: int
    counter_examples: int
    fields: dict[str, int]
    models: int
    firmware: int
    ouis: int
    relations: int
    destinations: int
    classes: tuple[str, ...]
    thin: tuple[str, ...]


class Totals(Struct, frozen=True, kw_only=True):
    """The whole data. `fields` are rules per field, `unused_fields` those without any."""

    makers: int
    thin_makers: int
    brands: int
    platforms: int
    software: int
    rules: int
    strong: int
    examples: int
    counter_examples: int
    models: int
    firmware: int
    ouis: int
    relations: int
    destinations: int
    fields: dict[str, int]
    unused_fields: tuple[str, ...]


class DataCoverage(Struct, frozen=True, kw_only=True):
    """Makers in the order of their ids, and the totals."""

    makers: tuple[MakerCoverage, ...]
    totals: Totals


def coverage(data: Fingerprints) -> DataCoverage:
    """Count everything that `data` holds."""
    makers = tuple(
        _maker(data, each)
        for each in sorted(data.makers.values(), key=lambda maker: maker.id)
        if each.reviewed
    )
    fields = _fields(data.rules)
    return DataCoverage(
        makers=makers,
        totals=Totals(
            makers=len(makers),
            thin_makers=sum(1 for each in makers if each.thin),
            brands=len(data.brands),
            platforms=len(data.platforms),
            software=len(data.software),
            rules=len(data.rules),
            strong=sum(1 for rule in data.rules if rule.strength == "strong"),
            examples=sum(len(rule.examples) for rule in data.rules),
            counter_examples=sum(len(rule.not_examples) for rule in data.rules),
            models=sum(len(group) for group in data.models.values()),
            firmware=sum(len(group) for group in data.firmware.values()),
            ouis=len(data.ouis),
            relations=len(data.relations),
            destinations=len(data.egress),
            fields=fields,
            unused_fields=tuple(name for name in data.vocabulary.field if name not in fields),
        ),
    )


def _maker(data: Fingerprints, maker: Entity) -> MakerCoverage:
    rules = [
        rule
        for rule in data.rules
        if rule.file == maker.file or rule.asserts.get("maker") == maker.id
    ]
    models = data.models.get(maker.id, ())
    classes = {rule.asserts["class"] for rule in rules if "class" in rule.asserts}
    classes |= {model.device_class for model in models if model.device_class}
    examples = sum(len(rule.examples) for rule in rules)
    counter_examples = sum(len(rule.not_examples) for rule in rules)
    ouis = sum(1 for oui in data.ouis if oui.maker == maker.id)
    fields = _fields(rules)
    firmware = data.firmware.get(maker.id, ())
    strong = sum(1 for rule in rules if "maker" in rule.asserts and rule.word("maker") == "strong")
    thin = {
        "OUI only": not rules and not models and ouis > 0,
        "no rule": not rules and (bool(models) or not ouis),
        "no strong rule": bool(rules) and not strong,
        "one field only": len(fields) == 1,
        "few examples": examples + counter_examples < EXAMPLES_PER_RULE * len(rules),
        "no model grammar": not models,
        "no firmware grammar": not firmware,
        "no class": not classes,
    }
    return MakerCoverage(
        id=maker.id,
        name=maker.name,
        country=maker.country,
        reviewed=maker.reviewed,
        rules=len(rules),
        strong=strong,
        examples=examples,
        counter_examples=counter_examples,
        fields=fields,
        models=len(models),
        firmware=len(firmware),
        ouis=ouis,
        relations=sum(1 for each in data.relations if each.maker == maker.id),
        destinations=sum(1 for each in data.egress if each.maker == maker.id),
        classes=tuple(name for name in data.vocabulary.classes if name in classes),
        thin=tuple(words for words, is_so in thin.items() if is_so),
    )


def _fields(rules: Iterable[Rule]) -> dict[str, int]:
    """Rules per field, by name."""
    found: dict[str, int] = {}
    for rule in rules:
        found[rule.field] = found.get(rule.field, 0) + 1
    return dict(sorted(found.items()))


def families(fields: dict[str, int]) -> dict[str, int]:
    """Rules per protocol: `http.server` and `http.title` are both of `http`."""
    found: dict[str, int] = {}
    for name, count in fields.items():
        family = name.partition(".")[0]
        found[family] = found.get(family, 0) + count
    return found
