"""Scoring: points per independent group, bands, and what a close rival does to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from camscan.matching.support import Decision, Dropped, Ranked, Support
from camscan.matching.vocabulary import Vocabulary
from camscan.model.identity import Band

FULL = 100
_BOUNDARY = frozenset(" /()|_-.,;")


def _ranked(key: str, supports: Sequence[Support]) -> Ranked:
    """Points of one value. A support that may not stand alone waits for another group."""
    if len(supports) == 1 and supports[0].alone:
        (only,) = counted = tuple(supports)
        return Ranked(key=key, value=only.value, points=only.points, counted=counted)
    solid = {support.group for support in supports if support.alone}
    best: dict[str, Support] = {}
    for support in supports:
        if not support.alone and not solid - {support.group}:
            continue
        first = best.get(support.group)
        if first is None or support.points > first.points:
            best[support.group] = support
    counted = tuple(sorted(best.values(), key=lambda each: (-each.points, each.rule)))
    idle = tuple(each for each in supports if each is not best.get(each.group))
    value = counted[0].value if counted else supports[0].value
    return Ranked(
        key=key,
        value=value,
        points=sum(support.points for support in counted),
        counted=counted,
        idle=idle,
    )


def rank(supports: Iterable[Support], order: Sequence[str] = ()) -> list[Ranked]:
    """Values by points, then by independent groups, then by `order`, then by name."""
    by_key: dict[str, list[Support]] = {}
    for support in supports:
        by_key.setdefault(support.key, []).append(support)
    if len(by_key) < 2:
        return [_ranked(key, group) for key, group in by_key.items()]
    places = {key: place for place, key in enumerate(order)}
    return sorted(
        (_ranked(key, group) for key, group in by_key.items()),
        key=lambda each: (
            -each.points,
            -len(each.counted),
            places.get(each.key, len(places)),
            each.key,
        ),
    )


def merge_prefixes(supports: Sequence[Support]) -> list[Support]:
    """One key for a text and a longer form of it (`DS-7608NI-K2` and `DS-7608NI-K2/8P`)."""
    keys = sorted({support.key for support in supports}, key=len, reverse=True)
    longer: dict[str, str] = {}
    for key in keys:
        longer[key] = next(
            (
                longer[other]
                for other in keys
                if len(other) > len(key) >= 3
                and other.startswith(key)
                and (other[len(key)] in _BOUNDARY or key[-1] in _BOUNDARY)
            ),
            key,
        )
    return [
        support
        if longer[support.key] == support.key
        else msgspec.structs.replace(support, key=longer[support.key])
        for support in supports
    ]


def at_most(band: Band, limit: Band) -> Band:
    """The weaker of two bands."""
    return limit if band.reaches(limit) else band


def decide(
    attribute: str,
    supports: Iterable[Support],
    vocabulary: Vocabulary,
    *,
    order: Sequence[str] = (),
    dropped: Iterable[Dropped] = (),
) -> Decision:
    """The leading value, its band and its rivals."""
    ranking = rank(supports, order)
    leaders = [each for each in ranking if each.points >= vocabulary.band.possible]
    aside = tuple(dropped)
    if not leaders:
        idle = tuple(
            Dropped(support=support, reason="does not stand alone")
            for each in ranking
            for support in each.idle
        )
        why = "nothing that was seen says so"
        if idle:
            why = "what was seen does not stand alone"
        return Decision(
            attribute=attribute, leader=None, band=Band.UNKNOWN, dropped=(*aside, *idle), why=why
        )
    leader, others = leaders[0], leaders[1:]
    limit = vocabulary.limit
    rivals = tuple(
        each
        for each in others
        if each.points >= limit.rival or leader.points - each.points <= limit.margin
    )
    band, why = _band(leader, rivals, vocabulary)
    return Decision(
        attribute=attribute, leader=leader, band=band, rivals=rivals, dropped=aside, why=why
    )


def _band(leader: Ranked, rivals: Sequence[Ranked], vocabulary: Vocabulary) -> tuple[Band, str]:
    """The band of the points, lowered where a rival is as good or nearly as good."""
    points = min(leader.points, FULL)
    band = vocabulary.band_of(points)
    why = f"{points} points: {', '.join(support.group for support in leader.counted)}"
    if not rivals:
        return band, why
    nearest = rivals[0]
    if nearest.points >= leader.points:
        return at_most(band, Band.POSSIBLE), f"{why}, but {nearest.value} has as many"
    if leader.points - nearest.points <= vocabulary.limit.margin:
        return (
            at_most(band, Band.PROBABLE),
            f"{why}, but {nearest.value} is close with {nearest.points}",
        )
    return band, why
