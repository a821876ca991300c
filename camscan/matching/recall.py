"""Judging fleets: targets on which the same rules caught the same things are one case.

A council has a thousand cameras of ten kinds and ten thousand other hosts of fifty. What the answers
of a target mean depends on the rules that hit them, not on the nonces, dates and titles around. The
first target of a case is judged in full; the next one is told from it, claim by claim, with the ids
of its own evidence and its own MAC address.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import TypeVar

import msgspec
from msgspec import Struct

from camscan.matching.compile import CACHE_VALUE
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.gather import MAC_FIELDS
from camscan.matching.match import Matcher
from camscan.model.coverage import Skip
from camscan.model.evidence import Evidence
from camscan.model.identity import Claim, EntityClaim, FirmwareClaim, Identity

MOST_CASES = 8192
MOST_TRACES = 32768
Told = TypeVar("Told", Claim, EntityClaim, FirmwareClaim)


class Verdict(Struct, frozen=True, kw_only=True):
    """An identity, and what was not concluded and why."""

    identity: Identity
    skips: tuple[Skip, ...] = ()


class _Trace(Struct, frozen=True):
    """What a value says: an equal `kind` is equal in everything but the MAC address."""

    kind: int
    mac: str | None = None
    caught_mac: bool = False


class _Case(Struct, frozen=True):
    """A verdict whose evidence ids are positions, as text, in the evidence that said something."""

    verdict: Verdict


_NOTHING = Verdict(identity=Identity())


class Recall:
    """A Matcher that remembers; its identities are those of `Matcher.judge`."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._gatherer = matcher.gatherer
        self._vocabulary = matcher.fingerprints.vocabulary
        self._traces: dict[tuple[str, str], _Trace | None] = {}
        self._kinds: dict[object, int] = {}
        self._numbers = count()
        self._cases: dict[tuple[int | None, ...], _Case] = {}

    @property
    def fingerprints(self) -> Fingerprints:
        """What the judgements rest on."""
        return self._matcher.fingerprints

    def judge(self, evidence: Sequence[Evidence]) -> Verdict:
        """What all evidence of one target means."""
        told: list[Evidence] = []
        signature: list[int | None] = []
        mac: str | None = None
        macs = 0
        for each in evidence:
            trace = self._trace(each.field, each.value)
            if trace is None:
                continue
            told.append(each)
            signature += (trace.kind, each.port)
            if trace.mac is not None:
                mac = trace.mac
                macs += 1
            macs += trace.caught_mac
        if not told:
            return _NOTHING
        if macs > 1:
            # Which of two addresses leads depends on both: no case.
            return self._judge(told)
        key = tuple(signature)
        case = self._cases.get(key)
        if case is None:
            verdict = self._judge(told)
            if len(self._cases) >= MOST_CASES:
                self._cases.clear()
            places = {each.id: str(place) for place, each in enumerate(told)}
            self._cases[key] = _Case(_with(verdict, places))
            return verdict
        ids = {str(place): each.id for place, each in enumerate(told)}
        return _with(case.verdict, ids, told[0].target, mac)

    def _judge(self, evidence: Sequence[Evidence]) -> Verdict:
        found = self._matcher.judge(evidence)
        return Verdict(identity=found.identity, skips=found.skips)

    def _trace(self, field: str, value: str) -> _Trace | None:
        try:
            return self._traces[field, value]
        except KeyError:
            trace = self._look(field, value)
        if len(value) <= CACHE_VALUE:
            if len(self._traces) >= MOST_TRACES:
                self._traces.clear()
            self._traces[field, value] = trace
        return trace

    def _look(self, field: str, value: str) -> _Trace | None:
        hits = self._matcher.rules.search(field, value)
        owner = mac = None
        if field in MAC_FIELDS:
            mac = self._gatherer.address(value)
            owner = self._gatherer.owner(field, value)
        elif field == "wsd.endpoint":
            owner = self._gatherer.owner(field, value)
        if not hits and mac is None and owner is None:
            return None
        kind = (
            field,
            self._vocabulary.is_editable(field, value),
            tuple((hit.rule.id, *sorted(hit.captures.items())) for hit in hits),
            owner.id if owner is not None else None,
            mac is not None,
        )
        if len(self._kinds) >= MOST_TRACES:
            # Numbers are never used again, so an old trace is never taken for a new kind.
            self._kinds.clear()
        number = self._kinds.setdefault(kind, next(self._numbers))
        caught = any("mac" in hit.captures or "mac" in hit.rule.asserts for hit in hits)
        return _Trace(number, mac, caught)


def _with(
    verdict: Verdict, ids: dict[str, str], target: str | None = None, mac: str | None = None
) -> Verdict:
    """The verdict with other evidence ids, another target and, if one is given, another MAC."""
    of = verdict.identity
    address = _retold(of.mac, ids)
    if address is not None and mac is not None:
        address = msgspec.structs.replace(address, value=mac)
    identity = Identity(
        device_class=_retold(of.device_class, ids),
        maker=_retold(of.maker, ids),
        brand=_retold(of.brand, ids),
        platform=_retold(of.platform, ids),
        model=_retold(of.model, ids),
        firmware=_retold(of.firmware, ids),
        serial=_retold(of.serial, ids),
        mac=address,
    )
    skips = verdict.skips
    if skips and target is not None:
        skips = tuple(msgspec.structs.replace(skip, subject=target) for skip in skips)
    return Verdict(identity=identity, skips=skips)


def _retold(claim: Told | None, ids: dict[str, str]) -> Told | None:
    if claim is None:
        return None
    evidence = tuple([ids[each] for each in claim.evidence])
    if not claim.rivals:
        return msgspec.structs.replace(claim, evidence=evidence)
    rivals = tuple(
        msgspec.structs.replace(rival, evidence=tuple([ids[each] for each in rival.evidence]))
        for rival in claim.rivals
    )
    return msgspec.structs.replace(claim, evidence=evidence, rivals=rivals)
