"""How findings speak of firmware: a version against a published range, and nothing was tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from camscan.findings.name import name_of
from camscan.findings.unchecked import is_video, skips_of, watched
from camscan.lists.advisory import Advisory, AffectsTable
from camscan.lists.bounds import Fit
from camscan.lists.judge import Judge, Verdict
from camscan.model.coverage import Skip
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run

_SAID = {
    Fit.AFFECTED: "is in the range published for",
    Fit.POSSIBLY: "may be in the range published for",
}


def firmware_finding(rule: str, severity: Severity, device: Device, verdict: Verdict) -> Finding:
    """One device and one advisory."""
    advisory = verdict.advisory
    name = name_of(device)
    firmware = device.firmware
    shown = f"firmware {firmware.value}" if firmware is not None else "every firmware"
    assert device.model is not None
    evidence = device.model.evidence + (firmware.evidence if firmware is not None else ())
    return Finding(
        id=finding_id(rule, device.id, advisory.id),
        rule=rule,
        severity=severity,
        title=f"{name}: {shown} {_SAID[verdict.fit]} {advisory.id}",
        device=device.id,
        detail=" ".join(_detail(device, verdict)),
        advice=_advice(advisory),
        evidence=tuple(dict.fromkeys(evidence)),
        references=advisory.source,
    )


def affected(
    rule: str, run: Run, judge: Judge, severities: Mapping[str, Severity]
) -> Iterator[Finding]:
    """Devices whose firmware is in the range of an advisory; its kind, one of `severities`, tells
    how severe that is."""
    for device in watched(run):
        for verdict in judge.verdicts(device):
            severity = severities.get(verdict.advisory.kind)
            if verdict.fit is Fit.AFFECTED and severity is not None:
                yield firmware_finding(rule, severity, device, verdict)


def skips(rule: str, run: Run, judge: Judge, kinds: Set[str]) -> Iterable[Skip]:
    """Devices about which advisories of `kinds` say nothing: no maker, no model, no version."""
    return skips_of(rule, _unchecked(run, judge, kinds))


def _unchecked(run: Run, judge: Judge, kinds: Set[str]) -> Iterator[tuple[str, Device]]:
    for device in watched(run):
        why = judge.unjudged(device)
        if why is not None:
            if is_video(device):
                yield why, device
        elif any(
            each.fit is Fit.UNKNOWN_VERSION and each.advisory.kind in kinds
            for each in judge.verdicts(device)
        ):
            yield f"{Fit.UNKNOWN_VERSION}: its model is one that advisories name", device


def _detail(device: Device, verdict: Verdict) -> Iterator[str]:
    advisory, firmware, model = verdict.advisory, device.firmware, device.model
    assert model is not None
    score = f", base score {advisory.score:g}" if advisory.score is not None else ""
    also = f"; with it {', '.join(advisory.also)}" if advisory.also else ""
    yield f"{advisory.id}: {advisory.title}{score}{also}."
    if advisory.kev_added is not None:
        catalogue = next((s for s in advisory.source if s.startswith("kev:")), "kev: catalogue")
        yield (
            f"CISA has evidence that somebody somewhere exploited it (added {advisory.kev_added},"
            f" {catalogue.removeprefix('kev: ')}); that says nothing about this device."
        )
    seen = f"model {model.value} ({model.band})"
    if firmware is not None:
        seen += f", firmware {firmware.value} ({firmware.band})"
        seen += f", built {firmware.build}" if firmware.build else ""
    yield f"[{verdict.fit}] {seen}; range: {range_text(verdict.affects)}."
    if verdict.by_platform:
        yield "By the maker's platform; not confirmed by the brand."
    yield "Judged from model and firmware text alone: nothing was tried."
    if advisory.note:
        yield advisory.note


def range_text(affects: AffectsTable) -> str:
    """The bounds in words."""
    if affects.every:
        return "all versions"
    if affects.exact:
        return " or ".join(affects.exact) + (" and older" if affects.older else "")
    parts = [
        f"{word} {bound}"
        for word, bound in (
            ("from", affects.first),
            ("up to", affects.last),
            ("before", affects.before),
            ("built from", affects.built_from),
            ("built up to", affects.built_through),
            ("built before", affects.built_before),
        )
        if bound
    ]
    return ", ".join(parts)


def _advice(advisory: Advisory) -> str:
    known = f"Fixed: {advisory.fixed}." if advisory.fixed else "Fixed version: not in this data."
    if advisory.end_of_life:
        known += (
            " By a published source support of the model has ended or may have: plan to replace it."
        )
    return (
        f"{advisory.id}: {known} Ask the maker or seller for the newest firmware of exactly this"
        " model; until then let only those who manage it reach the device."
    )
