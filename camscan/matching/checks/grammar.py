"""Grammars and relations: their examples hold, first match wins, relations do not go in circles."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from camscan.errors import DataError
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.firmware import FirmwareReader
from camscan.matching.grammar import FirmwareGrammar, ModelGrammar
from camscan.matching.pattern import Pattern, encoded
from camscan.matching.problem import Problem
from camscan.matching.relation import Relation


def _pattern(source: str) -> Pattern | None:
    """None for what RE2 refuses: the check of expressions names it."""
    try:
        return Pattern(source)
    except DataError:
        return None


def _models(group: tuple[ModelGrammar, ...]) -> Iterator[Problem]:
    patterns = {grammar.id: _pattern(grammar.regex) for grammar in group}
    for grammar in group:
        fault = partial(Problem, file=grammar.file, rule=grammar.id)
        own = patterns[grammar.id]
        for text in grammar.examples:
            first = next(
                (
                    each
                    for each in group
                    if (known := patterns[each.id]) and known.hits(encoded(text))
                ),
                grammar,
            )
            if own is not None and not own.hits(encoded(text)):
                yield fault(code="example-missed", message=f"example {text!r} does not match")
            elif (first.device_class, first.brand) != (grammar.device_class, grammar.brand):
                message = f"example {text!r} is taken by {first.id} before"
                yield fault(code="shadowed", message=message)
        for text in grammar.not_examples:
            if own is not None and own.hits(encoded(text)):
                yield fault(code="not-example-hit", message=f"counter-example {text!r} matches")


def _firmware(group: tuple[FirmwareGrammar, ...]) -> Iterator[Problem]:
    for grammar in group:
        fault = partial(Problem, file=grammar.file, rule=grammar.id)
        if _pattern(grammar.regex) is None:
            continue
        reader = FirmwareReader((grammar,))
        for example in grammar.examples:
            found = reader.read(example.text)
            if found is None:
                yield fault(
                    code="example-missed",
                    message=f"example {example.text!r} does not match",
                )
                continue
            for key, expected in example.captures.items():
                caught = found.version if key == "version" else found.build
                if caught != expected:
                    yield fault(
                        code="capture-differs",
                        message=f"example {example.text!r}: {key} is {caught!r}, "
                        f"expected {expected!r}",
                    )
        for text in grammar.not_examples:
            if reader.read(text) is not None:
                yield fault(code="not-example-hit", message=f"counter-example {text!r} matches")


def _relation(relation: Relation, fingerprints: Fingerprints) -> Iterator[tuple[str, str]]:
    maker = fingerprints.makers.get(relation.maker)
    if maker is None or not maker.reviewed:
        yield "unknown-maker", f"maker `{relation.maker}` has no file in makers/"
    if fingerprints.entity(relation.brand) is None:
        yield "unknown-brand", f"brand `{relation.brand}` is defined nowhere; give brand_name"
    if relation.device_class not in (None, *fingerprints.vocabulary.classes):
        yield "unknown-class", f"class `{relation.device_class}` is not in the vocabulary"
    pattern = _pattern(relation.models) if relation.models is not None else None
    if pattern is None:
        return
    for text in relation.examples:
        if not pattern.hits(encoded(text)):
            yield "example-missed", f"example {text!r} does not match"
    for text in relation.not_examples:
        if pattern.hits(encoded(text)):
            yield "not-example-hit", f"counter-example {text!r} matches"


def _circular(relations: tuple[Relation, ...]) -> Iterator[Relation]:
    """Relations from which one comes back to their brand."""
    makers: dict[str, set[str]] = {}
    for relation in relations:
        makers.setdefault(relation.brand, set()).add(relation.maker)
    for relation in relations:
        seen: set[str] = set()
        todo = [relation.maker]
        while todo:
            name = todo.pop()
            if name == relation.brand:
                yield relation
                break
            if name not in seen:
                seen.add(name)
                todo += makers.get(name, ())


def check(fingerprints: Fingerprints) -> Iterator[Problem]:
    """Model and firmware grammars, and relations of brands to makers."""
    for models in fingerprints.models.values():
        yield from _models(models)
    for grammars in fingerprints.firmware.values():
        yield from _firmware(grammars)
    for relation in fingerprints.relations:
        for code, message in _relation(relation, fingerprints):
            yield Problem(file=relation.file, rule=relation.id, code=code, message=message)
    for relation in _circular(fingerprints.relations):
        yield Problem(
            file=relation.file,
            rule=relation.id,
            code="circular",
            message=f"relations lead from `{relation.brand}` back to itself",
        )
