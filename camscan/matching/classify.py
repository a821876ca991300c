"""What a device is. A false camera is the worst error, so doubt always goes against `camera`.

In this order: the model number in the leading maker's grammar; strong rules of makers, brands and
software; and only then generic ones (`platforms/`), which any contradiction keeps at `possible`.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from camscan.matching.conflict import Conflict
from camscan.matching.rank import FULL, at_most, decide, rank
from camscan.matching.support import Decision, Dropped, Origin, Support
from camscan.matching.vocabulary import Vocabulary
from camscan.model.identity import Band


def _set_aside(
    supports: list[Support], keep: frozenset[str], generic_only: bool, reason: str
) -> tuple[list[Support], list[Dropped]]:
    """Supports of other classes than `keep` are dropped: all of them, or the generic ones."""
    kept: list[Support] = []
    dropped: list[Dropped] = []
    for support in supports:
        spared = generic_only and support.origin is not Origin.PLATFORM
        if support.key in keep or spared:
            kept.append(support)
        else:
            dropped.append(Dropped(support=support, reason=reason))
    return kept, dropped


def _spoken(supports: Iterable[Support], strong: int) -> Support | None:
    """What a well-known model number says, if anything."""
    return next(
        (each for each in supports if each.origin is Origin.GRAMMAR and each.points >= strong),
        None,
    )


def decide_class(
    supports: Iterable[Support],
    dropped: Iterable[Dropped],
    vocabulary: Vocabulary,
    *,
    conflict: Conflict | None = None,
) -> Decision:
    """The class, its band and what else it could be."""
    given = list(supports)
    strength = vocabulary.strength
    aside: list[Dropped] = []
    specific = [each for each in given if each.origin is not Origin.PLATFORM]
    spoken = _spoken(given, strength.strong)
    if spoken is not None:
        reason = f"the model number says {spoken.key}"
        given, aside = _set_aside(given, frozenset({spoken.key}), False, reason)
    elif strong := [each.key for each in rank(specific) if each.points >= strength.strong]:
        reason = f"generic, and a rule of its own kind says {strong[0]}"
        given, aside = _set_aside(given, frozenset(strong), True, reason)
    decision = decide(
        "class", given, vocabulary, order=vocabulary.classes, dropped=(*dropped, *aside)
    )
    if spoken is not None:
        rivals = tuple(
            each
            for each in rank(each.support for each in aside)
            if each.points >= vocabulary.strength.strong
        )
        decision = msgspec.structs.replace(
            decision, rivals=rivals, why=f"{decision.why}; the model number decides"
        )
    return _cautious(decision, specific, vocabulary, conflict)


def _cautious(
    decision: Decision,
    specific: list[Support],
    vocabulary: Vocabulary,
    conflict: Conflict | None,
) -> Decision:
    """No more than `possible` for a generic camera that something contradicts, or in a conflict."""
    if decision.leader is None:
        return decision
    if conflict is not None:
        return msgspec.structs.replace(
            decision,
            band=at_most(decision.band, Band.POSSIBLE),
            why=f"{min(decision.leader.points, FULL)} points, but {conflict.reason}",
        )
    generic = all(each.origin is Origin.PLATFORM for each in decision.leader.counted)
    against = [
        each
        for each in rank(specific)
        if each.key != decision.key and each.points >= vocabulary.strength.medium
    ]
    if decision.key == "camera" and generic and against:
        return msgspec.structs.replace(
            decision,
            band=at_most(decision.band, Band.POSSIBLE),
            why=f"{decision.why}, all generic, while {against[0].counted[0].rule} "
            f"says {against[0].value}",
        )
    return decision
