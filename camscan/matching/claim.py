"""Decisions into the claims of an `Identity`."""

from __future__ import annotations

from typing import TypedDict

from camscan.matching.combine import Verdicts
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.rank import FULL
from camscan.matching.support import Decision, Ranked
from camscan.model.identity import Band, Claim, EntityClaim, FirmwareClaim, Identity, Rival


class _Proof(TypedDict):
    band: Band
    evidence: tuple[str, ...]
    rivals: tuple[Rival, ...]
    rules: tuple[str, ...]


def _evidence(ranked: Ranked) -> tuple[str, ...]:
    """Ids of the evidence behind a value, strongest first, each once."""
    return tuple(dict.fromkeys(each.id for support in ranked.supports for each in support.evidence))


def _proof(decision: Decision, leader: Ranked, fingerprints: Fingerprints) -> _Proof:
    band_of = fingerprints.vocabulary.band_of
    rivals = tuple(
        Rival(
            value=rival.value,
            band=min(
                (band_of(min(rival.points, FULL)), decision.band),
                key=lambda band: tuple(reversed(Band)).index(band),
            ),
            evidence=_evidence(rival),
        )
        for rival in decision.rivals
        if rival.points > 0
    )
    rules = tuple(dict.fromkeys(support.rule for support in leader.supports))
    return {
        "band": decision.band,
        "evidence": _evidence(leader),
        "rivals": rivals,
        "rules": rules,
    }


def _claim(decision: Decision, fingerprints: Fingerprints) -> Claim | None:
    if decision.leader is None:
        return None
    proof = _proof(decision, decision.leader, fingerprints)
    return Claim(value=decision.leader.value, **proof)


def _entity(decision: Decision, fingerprints: Fingerprints, *, brand: bool) -> EntityClaim | None:
    leader = decision.leader
    if leader is None:
        return None
    first, second = fingerprints.makers, fingerprints.brands
    if brand:
        first, second = second, first
    entity = first.get(leader.key) or second.get(leader.key)
    return EntityClaim(
        id=leader.key,
        name=entity.name if entity else leader.value,
        country=entity.country if entity else None,
        **_proof(decision, leader, fingerprints),
    )


def _firmware(verdicts: Verdicts, fingerprints: Fingerprints) -> FirmwareClaim | None:
    decision = verdicts.decisions["firmware"]
    if decision.leader is None:
        return None
    release = verdicts.release
    return FirmwareClaim(
        value=decision.leader.value,
        version=release.version if release else None,
        build=release.build if release else None,
        **_proof(decision, decision.leader, fingerprints),
    )


def identity_of(verdicts: Verdicts, fingerprints: Fingerprints) -> Identity:
    """The claims; what was not decided is None."""
    of = verdicts.decisions
    return Identity(
        device_class=_claim(of["class"], fingerprints),
        maker=_entity(of["maker"], fingerprints, brand=False),
        brand=_entity(of["brand"], fingerprints, brand=True),
        platform=_claim(of["platform"], fingerprints),
        model=_claim(of["model"], fingerprints),
        firmware=_firmware(verdicts, fingerprints),
        serial=_claim(of["serial"], fingerprints),
        mac=_claim(of["mac"], fingerprints),
    )
