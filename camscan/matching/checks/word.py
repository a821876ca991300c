"""Names: every word a rule uses is in the vocabulary, every id it names exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from camscan.matching.fingerprints import Fingerprints
from camscan.matching.problem import Problem
from camscan.matching.rule import Kind, Rule

_ID = re.compile(r"[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9][a-z0-9_+-]*)+")
_NO_MAKER = frozenset({Kind.PLATFORM})


def _asserted(rule: Rule, fingerprints: Fingerprints) -> Iterator[tuple[str, str]]:
    """Code and message of each asserted value that nothing defines."""
    for attribute, value in rule.asserts.items():
        match attribute:
            case "maker":
                if value not in fingerprints.makers:
                    yield (
                        "unknown-maker",
                        f"maker `{value}` has no file in makers/ and no [[vendor]]",
                    )
                if rule.kind in _NO_MAKER:
                    yield "platform-maker", "a platform is shared and never proves a maker"
                if rule.kind is Kind.MAKER and value != rule.owner:
                    yield "foreign-maker", f"asserts maker `{value}` in the file of `{rule.owner}`"
            case "brand":
                if fingerprints.entity(value) is None:
                    yield "unknown-brand", f"brand `{value}` is defined nowhere"
            case "platform":
                if value not in fingerprints.platforms and value not in fingerprints.software:
                    yield (
                        "unknown-platform",
                        f"platform `{value}` has no file in platforms/ or software/",
                    )
            case "class":
                if value not in fingerprints.vocabulary.classes:
                    yield "unknown-class", f"class `{value}` is not in the vocabulary"
            case _:
                if not value.strip():
                    yield "empty-value", f"asserts an empty {attribute}"


def _rule(rule: Rule, fingerprints: Fingerprints) -> Iterator[tuple[str, str]]:
    if not _ID.fullmatch(rule.id):
        yield "bad-id", "ids are lower-case words joined by dots: owner.field.word"
    if not rule.id.startswith(rule.owner + "."):
        yield "bad-id", f"the id must begin with `{rule.owner}.`"
    if not fingerprints.vocabulary.knows(rule.field):
        yield "unknown-field", f"field `{rule.field}` is not in the vocabulary"
    yield from _asserted(rule, fingerprints)
    named = "regex" if "(?P<" in rule.text and rule.operator.value == "regex" else ""
    if not rule.asserts and not named:
        yield "asserts-nothing", "neither `asserts` nor a named group: the rule says nothing"
    claimed = set(rule.asserts) | set(re.findall(r"\(\?P<(\w+)>", rule.text) if named else ())
    for attribute in sorted(set(rule.strengths) - claimed):
        yield "unused-strength", f"strengths names `{attribute}`, which the rule does not assert"


def _countries(fingerprints: Fingerprints) -> Iterator[Problem]:
    known = fingerprints.vocabulary.countries
    for entity in (*fingerprints.makers.values(), *fingerprints.brands.values()):
        if entity.country is not None and entity.country not in known:
            yield Problem(
                file=entity.file,
                rule=entity.id,
                code="unknown-country",
                message=f"country `{entity.country}` is not in the vocabulary",
            )


def check(fingerprints: Fingerprints) -> Iterator[Problem]:
    """Words of rules, grammars and firms."""
    for rule in fingerprints.rules:
        for code, message in _rule(rule, fingerprints):
            yield Problem(file=rule.file, rule=rule.id, code=code, message=message)
    for group in fingerprints.models.values():
        for grammar in group:
            fault = partial(Problem, file=grammar.file, rule=grammar.id)
            if grammar.device_class not in (None, *fingerprints.vocabulary.classes):
                yield fault(
                    code="unknown-class",
                    message=f"class `{grammar.device_class}` is not in the vocabulary",
                )
            if grammar.brand is not None and fingerprints.entity(grammar.brand) is None:
                yield fault(
                    code="unknown-brand",
                    message=f"brand `{grammar.brand}` is defined nowhere",
                )
            if grammar.brand is None and grammar.device_class is None:
                yield fault(code="asserts-nothing", message="neither `class` nor `brand`")
    yield from _countries(fingerprints)
