"""Examples: each matches its own rule as promised, and no other maker's as strongly."""

from __future__ import annotations

from collections.abc import Iterator

from camscan.matching.checks.regex import broken
from camscan.matching.compile import Hit, RuleSet
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.pattern import VALUE_LIMIT
from camscan.matching.points import points_of
from camscan.matching.problem import Problem
from camscan.matching.rule import Example, Kind, Rule

_ASIDE = frozenset({"other", "vms"})


def own_makers(rule: Rule, fingerprints: Fingerprints) -> frozenset[str]:
    """The makers that `rule` speaks for: asserted, or behind the brand that it asserts."""
    if maker := rule.asserts.get("maker"):
        return frozenset({maker})
    brand = rule.asserts.get("brand")
    if brand is None:
        return frozenset({rule.owner}) if rule.kind is Kind.MAKER else frozenset()
    behind = {relation.maker for relation in fingerprints.relations if relation.brand == brand}
    entity = fingerprints.brands.get(brand)
    if entity is not None and entity.maker is not None:
        behind.add(entity.maker)
    return frozenset(behind)


def _own_points(rule: Rule, value: str, fingerprints: Fingerprints) -> int:
    for attribute in ("maker", "brand", "class", "platform"):
        if attribute in rule.asserts:
            return points_of(fingerprints.vocabulary, rule, attribute, value)
    return fingerprints.vocabulary.strength.points(rule.strength)


def _collisions(
    rule: Rule, example: Example, hits: tuple[Hit, ...], fingerprints: Fingerprints
) -> Iterator[tuple[str, str]]:
    """Other makers' rules that this example hits as strongly; camera and no-camera at once."""
    own = own_makers(rule, fingerprints)
    points = _own_points(rule, example.text, fingerprints)
    for hit in hits:
        other = hit.rule
        if other.id == rule.id:
            continue
        maker = other.asserts.get("maker")
        foreign = maker is not None and maker not in own
        if foreign and (own or rule.kind is not Kind.PLATFORM):
            rival = points_of(fingerprints.vocabulary, other, "maker", example.text)
            if rival >= points:
                yield (
                    "collision",
                    f"example {example.text[:80]!r} is also {other.id} for maker {maker} "
                    f"({rival} points against {points})",
                )
        if rule.asserts.get("class") == "camera" and other.asserts.get("class") in _ASIDE:
            camera = points_of(fingerprints.vocabulary, rule, "class", example.text)
            aside = points_of(fingerprints.vocabulary, other, "class", example.text)
            if aside >= camera:
                yield (
                    "class-collision",
                    f"example {example.text[:80]!r} is also {other.id}, "
                    f"class {other.asserts['class']}",
                )


def _example(
    rule: Rule, example: Example, rules: RuleSet, fingerprints: Fingerprints
) -> Iterator[tuple[str, str]]:
    if len(example.text) > VALUE_LIMIT:
        yield "long-example", f"an example is longer than {VALUE_LIMIT} characters"
    hits = rules.search(rule.field, example.text)
    own = next((hit for hit in hits if hit.rule.id == rule.id), None)
    if own is None:
        yield "example-missed", f"example {example.text[:120]!r} does not match"
        return
    for key, expected in example.captures.items():
        caught = own.captures.get(key, rule.asserts.get(key))
        if caught != expected:
            yield (
                "capture-differs",
                f"example {example.text[:80]!r}: {key} is {caught!r}, expected {expected!r}",
            )
    yield from _collisions(rule, example, hits, fingerprints)


def _rule(rule: Rule, rules: RuleSet, fingerprints: Fingerprints) -> Iterator[tuple[str, str]]:
    expected: set[str] = set()
    caught: set[str] = set()
    for example in rule.examples:
        expected |= example.captures.keys()
        for hit in rules.search(rule.field, example.text):
            if hit.rule.id == rule.id:
                caught |= hit.captures.keys()
        yield from _example(rule, example, rules, fingerprints)
    for text in rule.not_examples:
        if any(hit.rule.id == rule.id for hit in rules.search(rule.field, text)):
            yield "not-example-hit", f"counter-example {text[:120]!r} matches"
    for name in sorted(caught - expected):
        yield (
            "capture-unproven",
            f"group `{name}` catches something, but no example says what it must be",
        )
    if len(rule.examples) > 20:
        yield "many-examples", "more than 20 examples; keep those that differ"


def check(fingerprints: Fingerprints) -> Iterator[Problem]:
    """Examples and counter-examples of every rule, against all rules."""
    refused = broken(fingerprints)
    kept = [rule for rule in fingerprints.rules if rule.id not in refused]
    rules = RuleSet(kept, fingerprints.vocabulary)
    for rule in kept:
        for code, message in _rule(rule, rules, fingerprints):
            yield Problem(file=rule.file, rule=rule.id, code=code, message=message)
