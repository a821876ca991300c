"""Findings of one rule and severity together, and what follows from them for the reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct

from camscan.model.coverage import SubnetState
from camscan.model.finding import Finding, FindingStatus, Severity
from camscan.model.run import Run
from camscan.report.tally import UNKNOWN, cameras, maker_name

_OPEN = (FindingStatus.NEW, FindingStatus.KNOWN)
_MOST_SHOWN = 20
_CAPITALS = frozenset({"oem", "rtsp", "onvif", "ftp"})
_LIST_WORDS = frozenset({"list", "lists", "listed", "procurement"})


class Group(Struct, frozen=True, kw_only=True):
    """One kind of finding. `shown` are the first of `findings`; `advice` where all have one."""

    key: str
    rule: str
    heading: str
    severity: Severity
    findings: tuple[Finding, ...]
    devices: int
    open: int
    advice: str

    @property
    def shown(self) -> tuple[Finding, ...]:
        return self.findings[:_MOST_SHOWN]


class Step(Struct, frozen=True, kw_only=True):
    """One line of "what needs doing" and the part of the page that says more."""

    severity: str
    text: str
    target: str


def groups(run: Run) -> tuple[Group, ...]:
    """Findings by rule and severity, the gravest first, then by number."""
    found: dict[tuple[str, Severity], list[Finding]] = defaultdict(list)
    for finding in run.findings:
        found[finding.rule, finding.severity].append(finding)
    order = tuple(Severity)
    keys = sorted(found, key=lambda k: (-order.index(k[1]), -len(found[k]), k[0]))
    return tuple(_group(place, *key, found[key]) for place, key in enumerate(keys))


def _group(place: int, rule: str, severity: Severity, findings: list[Finding]) -> Group:
    advices = {finding.advice for finding in findings}
    return Group(
        key=f"finding-{place}",
        rule=rule,
        heading=findings[0].title if len(findings) == 1 else in_words(rule),
        severity=severity,
        findings=tuple(findings),
        devices=len({finding.device for finding in findings if finding.device}),
        open=sum(finding.status in _OPEN for finding in findings),
        advice=advices.pop() if len(advices) == 1 else "",
    )


def in_words(rule: str) -> str:
    """`unexpected-egress` as `Unexpected egress`; OEM, RTSP and the like are capitals."""
    first, _, rest = rule.replace("-", " ").partition(" ")
    return f"{first.upper() if first in _CAPITALS else first.capitalize()} {rest}".rstrip()


def list_matches(found: Sequence[Group]) -> list[tuple[str, int]]:
    """Devices by kind of match with a list in force; empty without such findings.

    What is only `info` is no match: a company that no list in force names.
    """
    devices: dict[str, set[str]] = defaultdict(set)
    for group in found:
        words = _LIST_WORDS.intersection(group.rule.split("-"))
        if words and group.severity is not Severity.INFO:
            devices[group.rule] |= {f.device for f in group.findings if f.device is not None}
    rows = [(in_words(rule), len(members)) for rule, members in devices.items() if members]
    return sorted(rows, key=lambda row: -row[1])


def steps(run: Run, found: Sequence[Group]) -> tuple[Step, ...]:
    """What needs doing: open findings above info, then what could not be seen or named."""
    lines = [
        Step(severity=group.severity, text=_finding_line(group), target=group.key)
        for group in found
        if group.open and group.severity is not Severity.INFO
    ]
    lines += _not_seen(run)
    unknown = sum(maker_name(device) == UNKNOWN for device in cameras(run))
    if unknown and all(group.rule != "unknown-camera" for group in found):
        noun = "camera is" if unknown == 1 else "cameras are"
        text = f"{unknown:,} {noun} of unknown maker: look at the label on the housing"
        lines.append(Step(severity="check", text=text, target="devices"))
    if run.coverage.skips:
        noun = "thing was" if len(run.coverage.skips) == 1 else "things were"
        text = f"{len(run.coverage.skips):,} {noun} not checked: see why"
        lines.append(Step(severity="check", text=text, target="skips"))
    return tuple(lines)


def _finding_line(group: Group) -> str:
    return (
        group.heading if len(group.findings) == 1 else f"{group.heading}: {group.open:,} findings"
    )


def _not_seen(run: Run) -> list[Step]:
    silent = [s for s in run.coverage.subnets if s.state is not SubnetState.ANSWERED]
    if not silent:
        return []
    noun = "subnet was" if len(silent) == 1 else "subnets were"
    text = f"{len(silent):,} {noun} not fully seen: what is there is in no total"
    return [Step(severity="check", text=text, target="subnets")]
