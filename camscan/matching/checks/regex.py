"""Regular expressions: RE2 takes them, and they are anchored or hold a literal to look for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from camscan.errors import DataError
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.pattern import Pattern
from camscan.matching.problem import Problem
from camscan.matching.rule import CAPTURES, Operator, Rule

_ANCHORED = re.compile(r"(?:\(\?[a-zA-Z]+\))?(?:\^|\\A)")
_LITERAL = re.compile(r"(?:[A-Za-z0-9 _/:=,;<>\"'#@!&%~-]|\\[^a-zA-Z0-9]){3,}")
_NESTED = re.compile(r"\((?:\?:)?(?:\\.|[^()\\])[+*]\)(?:[+*]|\{\d+,\})")
_SPECIAL = re.compile(r"[.^$*+?()\[\]{}|\\]")


def _shape(source: str) -> Iterator[tuple[str, str]]:
    body = re.sub(r"\(\?P<\w+>", "(?:", source)
    if body.startswith((".*", "(?:.*", ".+")):
        yield "leading-dot", "begins with `.*`: a search is not anchored, leave it out"
    elif not _ANCHORED.match(body) and not _LITERAL.search(re.sub(r"\[[^\]]*\]", "", body)):
        yield "unbounded", "neither anchored with ^ nor holding a literal of three characters"
    if _NESTED.search(re.sub(r"\[[^\]]*\]", "x", body)):
        yield "nested", "a group that only repeats is repeated itself; write one of them"


def _problems(source: str, allowed: frozenset[str]) -> Iterator[tuple[str, str]]:
    try:
        pattern = Pattern(source)
    except DataError as error:
        yield "bad-regex", str(error)
        return
    for name in sorted(pattern.groups - allowed):
        yield "unknown-capture", f"group `{name}` is no attribute ({', '.join(sorted(allowed))})"
    yield from _shape(source)


def _rule(rule: Rule) -> Iterator[tuple[str, str]]:
    yield from _problems(rule.text, CAPTURES)
    text = rule.text.removeprefix("^").removesuffix("$")
    if not _SPECIAL.search(text):
        simple = {(True, True): "equals", (True, False): "prefix"}.get(
            (rule.text.startswith("^"), rule.text.endswith("$")), "contains"
        )
        yield "use-simpler", f"no pattern in it: use `{simple}`"


def check(fingerprints: Fingerprints) -> Iterator[Problem]:
    """Every regular expression of rules, grammars and relations."""
    for rule in fingerprints.rules:
        if rule.operator is Operator.REGEX:
            for code, message in _rule(rule):
                yield Problem(file=rule.file, rule=rule.id, code=code, message=message)
    for models in fingerprints.models.values():
        for model in models:
            for code, message in _problems(model.regex, frozenset()):
                yield Problem(file=model.file, rule=model.id, code=code, message=message)
    for grammars in fingerprints.firmware.values():
        for grammar in grammars:
            for code, message in _problems(grammar.regex, frozenset({"version", "build"})):
                yield Problem(file=grammar.file, rule=grammar.id, code=code, message=message)
    for relation in fingerprints.relations:
        if relation.models is not None:
            for code, message in _problems(relation.models, frozenset()):
                yield Problem(file=relation.file, rule=relation.id, code=code, message=message)


def broken(fingerprints: Fingerprints) -> frozenset[str]:
    """Ids of rules that RE2 refuses; other checks leave them out."""
    found = set()
    for rule in fingerprints.rules:
        if rule.operator is Operator.REGEX:
            try:
                Pattern(rule.text)
            except DataError:
                found.add(rule.id)
    return frozenset(found)
