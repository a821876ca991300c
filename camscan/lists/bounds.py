"""Firmware against the bounds of an advisory: in, out, in doubt, or nobody can tell."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from enum import StrEnum

from camscan.lists.advisory import AffectsTable
from camscan.matching.firmware import FirmwareReader
from camscan.matching.grammar import FirmwareGrammar
from camscan.model.firmware import Firmware, firmware
from camscan.model.identity import FirmwareClaim

_DOTTED = re.compile(r"[vV]?([0-9]{1,9}(?:\.[0-9]{1,9}){1,5})")


class Fit(StrEnum):
    """The verdict about a version (DESIGN section 8); `NOT_IN_RANGE` never says patched."""

    AFFECTED = "affected-by-version"
    POSSIBLY = "possibly-affected"
    NOT_IN_RANGE = "not-in-range"
    UNKNOWN_VERSION = "unknown-version"


class Reader:
    """Firmware texts as the makers' grammars read them, else as a plain dotted version."""

    def __init__(self, grammars: Mapping[str, tuple[FirmwareGrammar, ...]]) -> None:
        self._grammars = grammars
        self._readers: dict[str, FirmwareReader] = {}

    def read(self, maker: str, text: str) -> Firmware | None:
        """Version and build of `text`, None when neither a grammar nor the plain form reads it."""
        reader = self._readers.get(maker)
        if reader is None:
            reader = self._readers[maker] = FirmwareReader(self._grammars.get(maker, ()))
        found = reader.read(text)
        if found is not None:
            return firmware(maker, text, found.version, found.build)
        plain = _DOTTED.fullmatch(text.strip())
        return firmware(maker, text, plain[1]) if plain else None

    def claimed(self, maker: str, claim: FirmwareClaim) -> Firmware | None:
        """Firmware that a device claims: as read again, else as it was read for the device."""
        found = self.read(maker, claim.value)
        if found is not None or (claim.version is None and claim.build is None):
            return found
        return firmware(maker, claim.value, claim.version, claim.build)


def fit(affects: AffectsTable, maker: str, claim: FirmwareClaim | None, reader: Reader) -> Fit:
    """Whether the claimed firmware of a device of these models lies within the bounds.

    Version order and day of the build are asked apart: where both speak and differ (a backport,
    a late build of an old branch), the answer is "possibly". A firmware of another branch, which
    has no order with the bound, is judged by its build alone, and then never more than "possibly".
    """
    found = _fit(affects, maker, claim, reader)
    return Fit.POSSIBLY if found is Fit.AFFECTED and affects.possibly else found


def _fit(affects: AffectsTable, maker: str, claim: FirmwareClaim | None, reader: Reader) -> Fit:
    if affects.every:
        return Fit.AFFECTED
    if claim is None:
        return Fit.UNKNOWN_VERSION
    if affects.exact:
        if claim.value.strip().casefold() in {text.casefold() for text in affects.exact}:
            return Fit.AFFECTED
        return Fit.UNKNOWN_VERSION if affects.older else Fit.NOT_IN_RANGE
    seen = reader.claimed(maker, claim)
    if seen is None:
        return Fit.UNKNOWN_VERSION
    by_version = _within_versions(affects, maker, seen, reader)
    by_build = _within_builds(affects, maker, seen, reader)
    if by_version is None and by_build is None:
        return Fit.UNKNOWN_VERSION
    if by_version is None:
        if not by_build:
            return Fit.NOT_IN_RANGE
        return Fit.POSSIBLY if _has_versions(affects) else Fit.AFFECTED
    if by_build is None or by_build is by_version:
        return Fit.AFFECTED if by_version else Fit.NOT_IN_RANGE
    return Fit.POSSIBLY


def bounds_of(affects: AffectsTable) -> tuple[str, ...]:
    """Every bound that is a firmware text."""
    return tuple(text for text in (affects.first, affects.last, affects.before) if text)


def _has_versions(affects: AffectsTable) -> bool:
    return bool(bounds_of(affects))


def _within_versions(
    affects: AffectsTable, maker: str, seen: Firmware, reader: Reader
) -> bool | None:
    """None where one of the bounds has no order with the firmware, or there is none."""
    answers: list[bool | None] = []
    for text, allowed in (
        (affects.first, (0, 1)),
        (affects.last, (-1, 0)),
        (affects.before, (-1,)),
    ):
        if text:
            bound = reader.read(maker, text)
            order = seen.compared(bound) if bound is not None else None
            answers.append(None if order is None else order in allowed)
    return _all(answers)


def _within_builds(
    affects: AffectsTable, maker: str, seen: Firmware, reader: Reader
) -> bool | None:
    """None where the firmware has no day of its build, or no bound has one."""
    if seen.build is None:
        return None
    answers: list[bool | None] = []
    for text, day, test in (
        (affects.first, affects.built_from, operator.ge),
        (affects.last, affects.built_through, operator.le),
        (affects.before, affects.built_before, operator.lt),
    ):
        bound = reader.read(maker, text) if text else None
        for limit in (day, bound.build if bound is not None else None):
            if limit is not None:
                answers.append(test(seen.build, limit))
    return _all(answers)


def _all(answers: list[bool | None]) -> bool | None:
    """False as soon as one bound excludes; None without a bound or where one is open."""
    if not answers:
        return None
    if any(answer is False for answer in answers):
        return False
    return None if any(answer is None for answer in answers) else True
