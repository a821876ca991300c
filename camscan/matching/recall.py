"""Judging fleets: targets on which the same rules caught the same things are one case.

A council has a thousand cameras of ten kinds and ten thousand other hosts of fifty. What the
answers of a target mean depends on the rules that hit them, not on the nonces, dates and titles
around. The first target of a case is judged in full; the next one is told from it, claim by claim,
with the ids of its own evidence, its own MAC address, serial number and model number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from camscan.matching.compile import CACHE_VALUE
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.gather import MAC_FIELDS
from camscan.matching.match import Matcher
from camscan.matching.trace import Trace, Tracer, case_of
from camscan.model.coverage import Skip
from camscan.model.evidence import Evidence
from camscan.model.identity import Claim, EntityClaim, FirmwareClaim, Identity

MOST_CASES = 8192
MOST_TRACES = 32768
MOST_PLACES = 256


class Verdict(Struct, frozen=True, kw_only=True):
    """An identity, and what was not concluded and why."""

    identity: Identity
    skips: tuple[Skip, ...] = ()


class _Case(Struct, frozen=True):
    """A verdict without the ids of its evidence.

    `places` are tuples of places in the evidence that said something; `claims` are the attributes
    of an Identity, each with the index of its places and those of its rivals.
    """

    places: tuple[tuple[int, ...], ...]
    claims: tuple[tuple[str, Claim | EntityClaim | FirmwareClaim, int, tuple[int, ...]], ...]
    skips: tuple[Skip, ...]


_NOTHING = Verdict(identity=Identity())


class Recall:
    """A Matcher that remembers; its identities are those of `Matcher.judge`."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self.tracer = Tracer(matcher)
        self._traces: dict[tuple[str, str], Trace | None] = {}
        self._cases: dict[tuple[object, ...], _Case] = {}

    @property
    def fingerprints(self) -> Fingerprints:
        """What the judgements rest on."""
        return self._matcher.fingerprints

    def judge(self, evidence: Mapping[str, Evidence]) -> Verdict:
        """What all evidence of one target, given by its ids, means."""
        ids: list[str] = []
        signature: list[object] = []
        own: list[tuple[str, str]] = []
        traces = self._traces
        for name, each in evidence.items():
            key = (each.field, each.value)
            try:
                trace = traces[key]
            except KeyError:
                trace = self._trace(key)
            if trace is None:
                continue
            ids.append(name)
            signature.append(trace.kind)
            signature.append(each.port)
            if trace.own:
                own += trace.own
        if not ids:
            return _NOTHING
        case, values = case_of(signature, own)
        if case is None or len(ids) > MOST_PLACES:
            return self._judge(evidence, ids)
        known = self._cases.get(case)
        if known is not None:
            return _told(known, ids, evidence, values)
        verdict = self._judge(evidence, ids)
        if len(self._cases) >= MOST_CASES:
            self._cases.clear()
        self._cases[case] = _case(verdict, ids)
        return verdict

    def _judge(self, evidence: Mapping[str, Evidence], ids: Sequence[str]) -> Verdict:
        found = self._matcher.judge([evidence[name] for name in ids])
        return Verdict(identity=found.identity, skips=found.skips)

    def _trace(self, key: tuple[str, str]) -> Trace | None:
        trace = self.tracer.trace(*key)
        # A MAC address comes once, and would push out what comes again.
        if len(key[1]) <= CACHE_VALUE and key[0] not in MAC_FIELDS:
            if len(self._traces) >= MOST_TRACES:
                self._traces.clear()
            self._traces[key] = trace
        return trace


def _case(verdict: Verdict, ids: Sequence[str]) -> _Case:
    """What the verdict on the evidence of `ids` means for any like it."""
    place_of = {name: place for place, name in enumerate(ids)}
    places: dict[tuple[int, ...], int] = {}

    def index(evidence: tuple[str, ...]) -> int:
        return places.setdefault(tuple([place_of[name] for name in evidence]), len(places))

    claims = []
    for attribute in Identity.__struct_fields__:
        claim: Claim | EntityClaim | FirmwareClaim | None = getattr(verdict.identity, attribute)
        if claim is not None:
            rivals = tuple([index(rival.evidence) for rival in claim.rivals])
            claims.append((attribute, claim, index(claim.evidence), rivals))
    return _Case(places=tuple(places), claims=tuple(claims), skips=verdict.skips)


def _told(
    case: _Case, ids: Sequence[str], evidence: Mapping[str, Evidence], own: Mapping[str, str]
) -> Verdict:
    """The verdict of a case on the evidence of `ids`, with what is the device's own."""
    names = [tuple([ids[place] for place in places]) for places in case.places]
    claims: dict[str, Any] = {}
    for attribute, claim, index, rivals in case.claims:
        told = replace(claim, evidence=names[index])
        if attribute in own:
            told = replace(told, value=own[attribute])
        if rivals:
            of = zip(claim.rivals, rivals, strict=True)
            others = [replace(rival, evidence=names[place]) for rival, place in of]
            told = replace(told, rivals=tuple(others))
        claims[attribute] = told
    skips = case.skips
    if skips:
        target = evidence[ids[0]].target
        skips = tuple([replace(skip, subject=target) for skip in skips])
    return Verdict(identity=Identity(**claims), skips=skips)
