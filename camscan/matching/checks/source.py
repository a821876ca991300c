"""Who says so: kinds of sources, what they may carry, and how old a review is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from camscan.matching.entity import Entity, Product
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.problem import Problem

REVIEW_AGE = timedelta(days=731)
_TEXT = re.compile(r"`[^`]+`")


def kind_of(source: str) -> str:
    """The word before the colon of a source."""
    return source.partition(":")[0].strip()


def names_no_text(source: str) -> bool:
    """Whether `source` is a public file of no repository, and quotes nothing to find it by."""
    return kind_of(source) == "public-code" and not _TEXT.search(source)


def _claims(fingerprints: Fingerprints) -> Iterator[tuple[str, str, tuple[str, ...], bool]]:
    """File, id, sources and "strong" of everything that needs a source."""
    for rule in fingerprints.rules:
        claimed = {rule.word(attribute) for attribute in rule.asserts} or {rule.strength}
        yield rule.file, rule.id, rule.source, "strong" in claimed
    for models in fingerprints.models.values():
        for model in models:
            yield model.file, model.id, model.source, False
    for grammars in fingerprints.firmware.values():
        for grammar in grammars:
            yield grammar.file, grammar.id, grammar.source, False
    for oui in fingerprints.ouis:
        yield oui.file, oui.id, oui.source, False
    for relation in fingerprints.relations:
        yield relation.file, relation.id, relation.source, relation.confidence == "strong"
    for entry in _heads(fingerprints):
        yield entry.file, entry.id, entry.sources, False


def _heads(fingerprints: Fingerprints) -> list[Entity | Product]:
    return [
        *fingerprints.makers.values(),
        *fingerprints.brands.values(),
        *fingerprints.platforms.values(),
        *fingerprints.software.values(),
    ]


def check(fingerprints: Fingerprints) -> Iterator[Problem]:
    """Sources of everything that has one."""
    known = fingerprints.vocabulary.sources
    for file, name, sources, strong in _claims(fingerprints):
        for source in sources:
            if kind_of(source) not in known:
                yield Problem(
                    file=file,
                    rule=name,
                    code="source-kind",
                    message=f"source {source!r} begins with none of {', '.join(sorted(known))}",
                )
            if names_no_text(source):
                yield Problem(
                    file=file,
                    rule=name,
                    code="source-text",
                    message=f"source {source!r} quotes no text in backticks to find it by",
                )
        if strong and sources and all(kind_of(source) == "public-code" for source in sources):
            yield Problem(
                file=file,
                rule=name,
                code="source-weak",
                message="public-code alone carries at most medium strength",
            )


def ages(fingerprints: Fingerprints, today: date) -> Iterator[Problem]:
    """Files reviewed more than two years before `today`, or after it."""
    for entry in _heads(fingerprints):
        if not entry.reviewed:
            continue
        day = date.fromisoformat(entry.reviewed)
        if day > today + timedelta(days=1):
            yield Problem(
                file=entry.file, rule=entry.id, code="reviewed", message=f"{day} is yet to come"
            )
        elif today - day > REVIEW_AGE:
            yield Problem(
                file=entry.file,
                rule=entry.id,
                code="reviewed",
                message=f"last reviewed {day}, more than two years ago",
                level="warning",
            )
