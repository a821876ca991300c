"""Judging fleets: targets on which the same rules caught the same things are one case.

A council has a thousand cameras of ten kinds and ten thousand other hosts of fifty. What the
answers of a target mean depends on the rules that hit them, not on the nonces, dates and titles
around. The first target of a case is judged in full; the next one is told from it, claim by claim,
with the ids of its own evidence and its own MAC address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from camscan.matching.compile import CACHE_VALUE
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.gather import MAC_FIELDS
from camscan.matching.match import Matcher
from camscan.model.coverage import Skip
from camscan.model.evidence import Evidence
from camscan.model.identity import Claim, EntityClaim, FirmwareClaim, Identity

MOST_CASES = 8192
MOST_TRACES = 32768
_PLACES = tuple(str(place) for place in range(256))
Told = TypeVar("Told", Claim, EntityClaim, FirmwareClaim)


class Verdict(Struct, frozen=True, kw_only=True):
    """An identity, and what was not concluded and why."""

    identity: Identity
    skips: tuple[Skip, ...] = ()


class _Trace(Struct, frozen=True, gc=False):
    """What a value says: an equal `kind` is equal in everything but the MAC address."""

    kind: int
    mac: str | None = None
    caught_mac: bool = False


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
        # Verdicts whose evidence ids are places in the evidence that said something.
        self._cases: dict[tuple[int | None, ...], Verdict] = {}

    @property
    def fingerprints(self) -> Fingerprints:
        """What the judgements rest on."""
        return self._matcher.fingerprints

    def judge(self, evidence: Mapping[str, Evidence]) -> Verdict:
        """What all evidence of one target, given by its ids, means."""
        ids: list[str] = []
        signature: list[int | None] = []
        mac: str | None = None
        macs = 0
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
            if trace.mac is not None:
                mac = trace.mac
                macs += 1
            if trace.caught_mac:
                macs += 1
        if not ids:
            return _NOTHING
        if macs > 1:
            # Which of two addresses leads depends on both: no case.
            return self._judge(evidence, ids)
        case = tuple(signature)
        known = self._cases.get(case)
        if known is not None:
            return _retold(known, dict(zip(_PLACES, ids, strict=False)), evidence[ids[0]], mac)
        verdict = self._judge(evidence, ids)
        if len(ids) <= len(_PLACES):
            if len(self._cases) >= MOST_CASES:
                self._cases.clear()
            self._cases[case] = _retold(verdict, dict(zip(ids, _PLACES, strict=False)))
        return verdict

    def _judge(self, evidence: Mapping[str, Evidence], ids: Sequence[str]) -> Verdict:
        found = self._matcher.judge([evidence[name] for name in ids])
        return Verdict(identity=found.identity, skips=found.skips)

    def _trace(self, key: tuple[str, str]) -> _Trace | None:
        trace = self._look(*key)
        if len(key[1]) <= CACHE_VALUE:
            if len(self._traces) >= MOST_TRACES:
                self._traces.clear()
            self._traces[key] = trace
        return trace

    def _look(self, field: str, value: str) -> _Trace | None:
        hits = self._matcher.rules.search(field, value)
        owner = mac = said = None
        if field in MAC_FIELDS:
            mac, owner = self._gatherer.hardware(value)
        elif field == "wsd.endpoint":
            owner = self._gatherer.owner(field, value)
        else:
            said = self._gatherer.told(field, value)
            if said is not None and said.attribute == "mac":
                mac = said.value
                owner = self._gatherer.owner("mac.address", mac)
        if not hits and mac is None and owner is None and said is None:
            return None
        kind = (
            field,
            self._vocabulary.is_editable(field, value) if hits else False,
            tuple([(hit.rule.id, *sorted(hit.captures.items())) for hit in hits]),
            owner.id if owner is not None else None,
            mac if mac is None else "mac",
            said.value if said is not None and mac is None else None,
        )
        if len(self._kinds) >= MOST_TRACES:
            # Numbers are never used again, so an old trace is never taken for a new kind.
            self._kinds.clear()
        number = self._kinds.setdefault(kind, next(self._numbers))
        caught = any("mac" in hit.captures or "mac" in hit.rule.asserts for hit in hits)
        return _Trace(number, mac, caught)


def _retold(
    verdict: Verdict,
    ids: Mapping[str, str],
    first: Evidence | None = None,
    mac: str | None = None,
) -> Verdict:
    """The verdict with other evidence ids, another target and, if one is given, another MAC."""
    of = verdict.identity
    address = of.mac and _claim(of.mac, ids)
    if address is not None and mac is not None:
        address = replace(address, value=mac)
    identity = Identity(
        device_class=of.device_class and _claim(of.device_class, ids),
        maker=of.maker and _claim(of.maker, ids),
        brand=of.brand and _claim(of.brand, ids),
        platform=of.platform and _claim(of.platform, ids),
        model=of.model and _claim(of.model, ids),
        firmware=of.firmware and _claim(of.firmware, ids),
        serial=of.serial and _claim(of.serial, ids),
        mac=address,
    )
    skips = verdict.skips
    if skips and first is not None:
        skips = tuple(replace(skip, subject=first.target) for skip in skips)
    return Verdict(identity=identity, skips=skips)


def _claim(claim: Told, ids: Mapping[str, str]) -> Told:
    evidence = tuple([ids[each] for each in claim.evidence])
    if not claim.rivals:
        return replace(claim, evidence=evidence)
    rivals = tuple(
        [
            replace(rival, evidence=tuple([ids[each] for each in rival.evidence]))
            for rival in claim.rivals
        ]
    )
    return replace(claim, evidence=evidence, rivals=rivals)
