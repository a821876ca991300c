"""Why an identity is what it is: per attribute the evidence, the rules, the rivals, the reason."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from camscan.matching.fingerprints import Fingerprints
from camscan.matching.match import Judgement
from camscan.matching.support import Decision, Ranked, Support
from camscan.model.identity import Band

ORDER = ("class", "maker", "brand", "platform", "model", "firmware", "serial", "mac")
SHOWN = 160


class Reason(Struct, frozen=True, kw_only=True):
    """One support. `counted` false: it added nothing, `note` says why."""

    value: str
    rule: str
    origin: str
    points: int
    group: str
    field: str
    port: int | None
    method: str
    seen: str
    evidence: str
    source: tuple[str, ...]
    counted: bool
    note: str = ""


class Alternative(Struct, frozen=True, kw_only=True):
    """A rival value with its own reasons."""

    value: str
    name: str
    points: int
    reasons: tuple[Reason, ...]


class Step(Struct, frozen=True, kw_only=True):
    """One attribute: what was concluded and the whole chain behind it."""

    attribute: str
    value: str | None
    name: str
    band: Band
    points: int
    why: str
    reasons: tuple[Reason, ...]
    rivals: tuple[Alternative, ...] = ()


class Explanation(Struct, frozen=True, kw_only=True):
    """All steps in the order in which a reader asks, and what was not concluded."""

    steps: tuple[Step, ...]
    skips: tuple[str, ...] = ()


def _shown(text: str) -> str:
    """One line of at most SHOWN characters, control characters made visible."""
    words = text[: SHOWN * 4].replace("\r\n", "\n").replace("\n", "⏎").replace("\t", " ")
    line = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in words)
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


def _reasons(support: Support, *, counted: bool, note: str = "") -> Iterator[Reason]:
    for evidence in support.evidence:
        yield Reason(
            value=support.value,
            rule=support.rule,
            origin=support.origin.value,
            points=support.points,
            group=support.group,
            field=evidence.field,
            port=evidence.port,
            method=evidence.method,
            seen=_shown(evidence.value),
            evidence=evidence.id,
            source=support.source,
            counted=counted,
            note=note,
        )


def _idle_note(support: Support, leader: Ranked) -> str:
    if not support.alone and all(
        each.group == support.group for each in leader.supports if each.alone
    ):
        return "does not stand alone"
    return f"another rule of the group {support.group} counts"


def _ranked_reasons(ranked: Ranked) -> tuple[Reason, ...]:
    found = [reason for each in ranked.counted for reason in _reasons(each, counted=True)]
    for each in ranked.idle:
        found += _reasons(each, counted=False, note=_idle_note(each, ranked))
    return tuple(found)


def _name(attribute: str, key: str, value: str, fingerprints: Fingerprints) -> str:
    """The printed name of an id, else the value itself."""
    match attribute:
        case "maker":
            maker = fingerprints.makers.get(key)
            return maker.name if maker else value
        case "brand":
            entity = fingerprints.entity(key)
            return entity.name if entity else value
        case "platform":
            product = fingerprints.platforms.get(key) or fingerprints.software.get(key)
            return product.name if product else value
        case _:
            return value


def _step(decision: Decision, fingerprints: Fingerprints) -> Step:
    leader = decision.leader
    reasons = list(_ranked_reasons(leader)) if leader else []
    for dropped in decision.dropped:
        reasons += _reasons(dropped.support, counted=False, note=dropped.reason)
    rivals = tuple(
        Alternative(
            value=rival.value,
            name=_name(decision.attribute, rival.key, rival.value, fingerprints),
            points=rival.points,
            reasons=_ranked_reasons(rival),
        )
        for rival in decision.rivals
    )
    name = ""
    if leader is not None:
        name = _name(decision.attribute, leader.key, leader.value, fingerprints)
    return Step(
        attribute=decision.attribute,
        value=decision.value,
        name=name,
        band=decision.band,
        points=leader.points if leader else 0,
        why=decision.why,
        reasons=tuple(reasons),
        rivals=rivals,
    )


def explain(judgement: Judgement, fingerprints: Fingerprints) -> Explanation:
    """The chain behind every attribute that has a value, a rival or something set aside."""
    steps = tuple(
        _step(judgement.decisions[attribute], fingerprints)
        for attribute in ORDER
        if attribute in judgement.decisions
    )
    return Explanation(
        steps=steps, skips=tuple(f"{skip.what}: {skip.reason}" for skip in judgement.skips)
    )


def _reason_lines(reason: Reason, indent: str) -> Iterator[str]:
    port = f" port {reason.port}" if reason.port is not None else ""
    weight = f"+{reason.points}" if reason.counted else "0"
    yield f"{indent}{weight:>4}  {reason.field}{port} = {reason.seen}"
    yield f"{indent}      rule {reason.rule}" + (f" ({reason.note})" if reason.note else "")
    if reason.counted:
        for source in reason.source:
            yield f"{indent}      source {source}"


def _chain_lines(reasons: tuple[Reason, ...], indent: str) -> Iterator[str]:
    """What counted in full; what did not, once a rule."""
    more: dict[tuple[str, str], int] = {}
    for reason in reasons:
        key = (reason.rule, reason.note)
        if not reason.counted:
            more[key] = more.get(key, 0) + 1
            if more[key] > 1:
                continue
        yield from _reason_lines(reason, indent)
    repeated = sum(count - 1 for count in more.values())
    if repeated:
        yield f"{indent}      {repeated} more values hit these rules and add nothing"


def lines(explanation: Explanation) -> Iterator[str]:
    """Plain text, one line at a time."""
    for step in explanation.steps:
        if step.value is None and not step.reasons and not step.rivals:
            yield f"{step.attribute}: unknown ({step.why})"
            continue
        shown = step.name or "unknown"
        if step.value is not None and step.name != step.value:
            shown = f"{step.name} [{step.value}]"
        yield f"{step.attribute}: {shown}, {step.band.value} ({step.why})"
        yield from _chain_lines(step.reasons, "  ")
        for rival in step.rivals:
            yield f"  rival: {rival.name}, {min(rival.points, 100)} points"
            yield from _chain_lines(rival.reasons, "    ")
    for skip in explanation.skips:
        yield f"not concluded: {skip}"
