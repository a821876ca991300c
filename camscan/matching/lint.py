"""The linter of fingerprint data: everything that review would otherwise have to notice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from camscan.errors import DataError
from camscan.matching.checks import (
    egress,
    example,
    grammar,
    library,
    name,
    oui,
    privacy,
    public_service,
    regex,
    source,
    word,
)
from camscan.matching.data import DataFile, DataRoot, as_root, data_files
from camscan.matching.egress_file import EgressData, read_egress
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.load import LIST_KINDS, assemble, matching_files, read_vocabulary
from camscan.matching.part import Part, read_part
from camscan.matching.problem import Problem
from camscan.matching.read import read

CHECKS = (
    word.check,
    regex.check,
    example.check,
    grammar.check,
    oui.check,
    name.check,
    privacy.check,
)
LATER = frozenset({"egress", *LIST_KINDS})
TOP = frozenset({"vocabulary.toml", "oem.toml", "retired.toml"})
# Paths of one machine; they mean nothing to a reader and tell where somebody works.
_LOCAL_PATH = re.compile(rb"(?:^|[\s\"'(:])(?:/(?:work|tmp|home|root|Users)/|[A-Z]:\\\\)")


class Retired(Struct, frozen=True, forbid_unknown_fields=True):
    """retired.toml: ids that once stood for something and are never used again."""

    ids: tuple[str, ...] = ()


def _fault(file: DataFile, error: DataError) -> Problem:
    message = str(error).removeprefix(f"{file.name}: ")
    named = re.match(
        r"(?:rule|model|firmware|oui|relation|destination|library|service) (\S+?):", message
    )
    return Problem(file=file.name, rule=named[1] if named else "", code="load", message=message)


def _read_parts(files: tuple[DataFile, ...]) -> tuple[list[Part], list[Problem]]:
    parts, problems = [], []
    for file in matching_files(files):
        try:
            part = read_part(file)
        except DataError as error:
            problems.append(_fault(file, error))
            continue
        if part.head and part.head != file.stem:
            problems.append(
                Problem(
                    file=file.name,
                    rule=part.head,
                    code="file-name",
                    message=f"the file of `{part.head}` is called {file.stem}.toml",
                )
            )
        parts.append(part)
    return parts, problems


def _distinct(parts: list[Part], retired: frozenset[str]) -> tuple[list[Part], list[Problem]]:
    """Parts without rules whose id stands before, and a problem for every id in use twice."""
    seen: dict[str, str] = {}
    kept, problems = [], []

    def is_new(name: str, file: str) -> bool:
        if name in retired:
            message = "this id is retired; ids are never used again"
        elif name in seen:
            message = f"this id is already in {seen[name]}"
        else:
            seen[name] = file
            return True
        problems.append(Problem(file=file, rule=name, code="duplicate-id", message=message))
        return False

    for part in parts:
        rules = tuple(rule for rule in part.rules if is_new(rule.id, part.file))
        for grammar_id in (
            *(each.id for each in part.models),
            *(each.id for each in part.firmware),
        ):
            is_new(grammar_id, part.file)
        kept.append(msgspec.structs.replace(part, rules=rules))
    return kept, problems


def _strays(files: tuple[DataFile, ...]) -> Iterator[Problem]:
    """Files that nothing reads, and local paths in any file."""
    known = {"makers", "brands", "platforms", "software", *LATER}
    for file in files:
        if file.kind not in known and file.name not in TOP:
            yield Problem(
                file=file.name, rule="", code="stray-file", message="nothing reads this file"
            )
        if _LOCAL_PATH.search(file.content):
            yield Problem(
                file=file.name, rule="", code="local-path", message="names a path of one machine"
            )


def _egress(files: tuple[DataFile, ...], fingerprints: Fingerprints) -> Iterator[Problem]:
    parts: list[EgressData] = []
    for file in files:
        if file.kind == "egress":
            try:
                parts.append(read_egress([file]))
            except DataError as error:
                yield _fault(file, error)
    found = EgressData(
        destinations=tuple(entry for part in parts for entry in part.destinations),
        libraries=tuple(entry for part in parts for entry in part.libraries),
        services=tuple(entry for part in parts for entry in part.services),
        operators=tuple(entry for part in parts for entry in part.operators),
    )
    yield from egress.check(found, fingerprints)
    yield from library.check(found.libraries, fingerprints)
    yield from public_service.check(found.services, fingerprints)


def lint(root: DataRoot | Path | None = None, *, today: date | None = None) -> tuple[Problem, ...]:
    """All problems of the data below `root`, by file and rule; nothing is raised for bad data."""
    files = data_files(as_root(root))
    try:
        vocabulary = read_vocabulary(files)
        retired = frozenset(
            name
            for file in files
            if file.name == "retired.toml"
            for name in read(file, Retired).ids
        )
    except DataError as error:
        return (Problem(file="vocabulary.toml", rule="", code="load", message=str(error)),)
    parts, problems = _read_parts(files)
    parts, doubles = _distinct(parts, retired)
    problems += doubles
    try:
        fingerprints = assemble(files, vocabulary, tuple(parts))
    except DataError as error:
        problems.append(Problem(file="", rule="", code="duplicate-id", message=str(error)))
        return tuple(problems)
    for check in CHECKS:
        problems += check(fingerprints)
    problems += source.check(fingerprints)
    problems += source.ages(fingerprints, today or datetime.now(UTC).date())
    problems += _egress(files, fingerprints)
    problems += _strays(files)
    return tuple(sorted(problems, key=lambda each: (each.file, each.rule, each.code, each.message)))
