"""The linter of lists, advisories, ends of support and factory addresses: dates, sources, firms,
bounds, and every example."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from camscan.errors import DataError
from camscan.lists.advisory import Advisory, AffectsTable, Seen
from camscan.lists.bounds import Fit, Reader, bounds_of, fit
from camscan.lists.factory_address import FactoryAddresses
from camscan.lists.lifecycle import EndOfLife
from camscan.lists.load import Lists, lists_of, read_lists
from camscan.lists.procurement import Affiliate, ProcurementList
from camscan.matching.checks.egress import exists, source_problems
from camscan.matching.data import DataRoot
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.load import load
from camscan.matching.pattern import Pattern, encoded
from camscan.matching.problem import Problem
from camscan.model.identity import Band, FirmwareClaim

_CVE = re.compile(r"CVE-\d{4}-\d{4,7}")
_FIELDS = re.compile(r"\{(\w*)\}")
KEV_BEGAN = date(2021, 11, 3)
"""The day on which CISA's catalogue was first published."""
FORBIDDEN = re.compile(
    r"\b(?:compliant|compliance|safe|banned in the uk|vulnerable|backdoor|spyware|illegal)\b",
    re.IGNORECASE,
)
"""Words that no text about a list, a device or a firmware may use (docs/lists.md)."""
Found = Iterator[tuple[str, str]]


def lint(root: DataRoot | Path | None = None, *, today: date | None = None) -> tuple[Problem, ...]:
    """All problems of lists and advisories; fingerprints that do not load are another's to tell."""
    try:
        fingerprints = load(root)
    except DataError:
        return ()
    problems: list[Problem] = []
    whole = True
    for file in fingerprints.list_files:
        try:
            read_lists([file], fingerprints)
        except DataError as error:
            whole = False
            text = str(error).removeprefix(f"{file.name}: ")
            problems.append(Problem(file=file.name, rule="", code="load", message=text))
    if whole:
        try:
            problems += check(lists_of(fingerprints), today or datetime.now(UTC).date())
        except DataError as error:
            problems.append(Problem(file="", rule="", code="duplicate-id", message=str(error)))
    return tuple(sorted(problems, key=lambda each: (each.file, each.rule, each.code, each.message)))


def check(data: Lists, today: date) -> Iterator[Problem]:
    """Every problem of loaded lists and advisories."""
    for each in data.lists:
        for code, message in _list(each, data.fingerprints, today):
            yield Problem(file=each.file, rule=each.id, code=code, message=message)
    for group in data.affiliates:
        for code, message in _affiliate(group, data.fingerprints):
            yield Problem(file="lists/affiliates.toml", rule=group.name, code=code, message=message)
    reader = Reader(data.fingerprints.firmware)
    for advisory in data.advisories:
        for code, message in _advisory(advisory, data.fingerprints, reader, today):
            yield Problem(file=advisory.file, rule=advisory.id, code=code, message=message)
    for end in data.ends:
        for code, message in _end(end, data.fingerprints, today):
            yield Problem(file=end.file, rule=end.id, code=code, message=message)
    for known in data.addresses:
        for code, message in _addresses(known, data.fingerprints):
            yield Problem(file=known.file, rule=known.of, code=code, message=message)


def _list(found: ProcurementList, fingerprints: Fingerprints, today: date) -> Found:
    head = found.head
    if found.file != f"lists/{head.id}.toml":
        yield "file-name", f"the file of `{head.id}` is called {head.id}.toml"
    if head.jurisdiction not in {*fingerprints.vocabulary.countries, "EU"}:
        yield "unknown-country", f"jurisdiction `{head.jurisdiction}` is not in the vocabulary"
    for name, why in head.undetermined.items():
        yield from _texts(why)
        if not exists(name, fingerprints):
            yield "unknown-maker", f"`{name}` is neither a maker with a file nor a brand"
    for country in head.countries:
        if country not in fingerprints.vocabulary.countries:
            yield "unknown-country", f"country `{country}` is not in the vocabulary"
    if not found.home and "UK" not in head.outside_uk:
        yield "outside-uk", "a list from abroad says in `outside_uk` what it is to UK bodies"
    if (head.names == "companies") != bool(found.entities):
        yield "names", '`names = "companies"` and entities go together'
    if set(_FIELDS.findall(head.wording)) - {"entity", "listed"}:
        yield "wording", "wording may hold {entity} and {listed} only"
    if head.names == "companies" and "{entity}" not in head.wording:
        yield "wording", "wording does not hold {entity}"
    days = [head.dated, head.data_date, head.reviewed]
    days += [each.listed for each in found.entities] + [each.on for each in found.events]
    yield from _days(days, today)
    yield from _texts(head.title, head.form, head.binds, head.wording, head.outside_uk, head.note)
    yield from source_problems(head.source, fingerprints)
    for event in found.events:
        yield from _texts(event.what)
        yield from source_problems(event.source, fingerprints)
    for entity in found.entities:
        yield from _texts(entity.printed, entity.undetermined, entity.note)
        yield from source_problems(entity.source, fingerprints)
        for name in (entity.maker, entity.brand):
            if name and not (exists(name, fingerprints) or name in fingerprints.makers):
                yield "unknown-maker", f"`{name}` ({entity.printed}) is neither maker nor brand"


def _affiliate(group: Affiliate, fingerprints: Fingerprints) -> Found:
    for name in (group.of, group.brand, group.maker):
        if name and not exists(name, fingerprints):
            yield "unknown-maker", f"`{name}` is neither a maker with a file nor a brand"
    if bool(group.brand) == bool(group.maker):
        yield "affiliate", "give `brand` or `maker`, one of them"
    if not group.source:
        yield "source", "no source; say who says so"
    yield from source_problems(group.source, fingerprints)


def _advisory(each: Advisory, fingerprints: Fingerprints, reader: Reader, today: date) -> Found:
    for name in (each.id, *each.also):
        if not _CVE.fullmatch(name):
            yield "bad-cve", f"`{name}` is no CVE"
    if (each.kind == "known-exploited") != (each.kev_added is not None):
        yield "kev", "`kev_added` and `known-exploited` go together"
    if each.kev_added is not None:
        yield from _days([each.kev_added], today)
        if each.kev_added < KEV_BEGAN:
            yield "bad-date", f"{each.kev_added} is before the catalogue of {KEV_BEGAN}"
    yield from _score(each)
    yield from _days([each.reviewed], today)
    yield from _texts(each.title, each.note, each.fixed)
    yield from source_problems(each.source, fingerprints)
    if each.brand and not exists(each.brand, fingerprints):
        yield "unknown-maker", f"`{each.brand}` is no brand"
    if each.maker and each.maker not in fingerprints.makers and not each.name:
        yield "unknown-maker", f"`{each.maker}` is no maker; give its `name`"
    for affects in each.affects:
        try:
            pattern = Pattern(affects.models)
        except DataError as error:
            yield "regex", str(error)
            continue
        if not affects.models.startswith("^"):
            yield "regex", f"models {affects.models!r}: anchor it at the beginning"
        for text in bounds_of(affects):
            read = reader.read(each.grammar, text)
            if read is None or read.version is None:
                yield "bad-bound", f"bound {text!r}: no grammar of `{each.grammar}` reads it"
        yield from _bounded(affects)
        yield from _examples(each, affects, pattern, reader)


def _end(each: EndOfLife, fingerprints: Fingerprints, today: date) -> Found:
    if each.file != f"lifecycle/{each.of}.toml":
        yield "file-name", f"the file of `{each.of}` is called {each.of}.toml"
    if not each.id.startswith(f"{each.of}."):
        yield "bad-id", f"`{each.id}` does not begin with `{each.of}.`"
    if not (exists(each.of, fingerprints) or each.name):
        yield (
            "unknown-maker",
            f"`{each.of}` is neither a maker with a file nor a brand; give `name`",
        )
    if not each.pattern.source.removeprefix("(?i)").startswith("^"):
        yield "regex", f"models {each.pattern.source!r}: anchor it at the beginning"
    yield from _days([each.reviewed], today)
    yield from _texts(each.says)
    yield from source_problems(each.source, fingerprints)
    if not (each.examples and each.not_examples):
        yield "no-example", "no example named, or none not named"
    for model in each.examples:
        if not each.names(model):
            yield "example-missed", f"model {model!r} does not match"
    for model in each.not_examples:
        if each.names(model):
            yield "not-example-hit", f"model {model!r} matches"


def _addresses(known: FactoryAddresses, fingerprints: Fingerprints) -> Found:
    if not exists(known.of, fingerprints):
        yield "unknown-maker", f"`{known.of}` is neither a maker with a file nor a brand"
    yield from _texts(known.note)
    yield from source_problems(known.source, fingerprints)


def _score(each: Advisory) -> Found:
    score = each.score
    if each.kind == "critical" and (score is None or score < 9.0):
        yield "score", "`critical` is a base score of 9.0 or more"
    if each.kind == "high" and (score is None or not 7.0 <= score < 9.0):
        yield "score", "`high` is a base score from 7.0 to 8.9"
    if each.kind == "unscored" and score is not None:
        yield "score", "`unscored` has no score"


def _bounded(affects: AffectsTable) -> Found:
    dates = (affects.built_from, affects.built_through, affects.built_before)
    bounded = bool(bounds_of(affects) or affects.exact or any(dates))
    if affects.every == bounded:
        yield "bounds", f"models {affects.models!r}: give bounds, or `every`, one of them"
    if affects.older and not affects.exact:
        yield "bounds", "`older` goes with `exact`"
    if not (affects.affected and affects.not_affected):
        yield "no-example", f"models {affects.models!r}: no example affected, or none not affected"


def _examples(each: Advisory, affects: AffectsTable, pattern: Pattern, reader: Reader) -> Found:
    wanted = Fit.POSSIBLY if affects.possibly else Fit.AFFECTED
    for seen in affects.affected:
        if not pattern.hits(encoded(seen.model)):
            yield "example-missed", f"model {seen.model!r} does not match"
        elif (found := fit(affects, each.grammar, _claim(seen), reader)) is not wanted:
            yield "example-missed", f"{seen.model} {seen.firmware}: {found}, expected {wanted}"
    for seen in affects.not_affected:
        if pattern.hits(encoded(seen.model)):
            found = fit(affects, each.grammar, _claim(seen), reader)
            if found in (Fit.AFFECTED, Fit.POSSIBLY):
                yield "not-example-hit", f"{seen.model} {seen.firmware}: {found}"


def _claim(seen: Seen) -> FirmwareClaim | None:
    if not seen.firmware:
        return None
    return FirmwareClaim(value=seen.firmware, version=None, build=None, band=Band.CONFIRMED)


def _days(days: list[date], today: date) -> Found:
    for day in days:
        if day > today:
            yield "bad-date", f"{day} is yet to come"


def _texts(*texts: str) -> Found:
    for text in texts:
        if word := FORBIDDEN.search(text):
            yield (
                "forbidden-word",
                f"{word[0]!r} in {text[:60]!r}: lists and versions do not say so",
            )
