"""What of a large run stands in a PDF: a document that somebody reads and prints has a length."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct

from camscan.egress.event import device_name
from camscan.model.count import class_of
from camscan.model.device import Device, EvidenceRecord
from camscan.model.finding import Finding, Severity
from camscan.model.identity import Band, Claim, EntityClaim, FirmwareClaim
from camscan.model.run import Run
from camscan.report.html.groups import Group

MOST_ROWS = 500
MOST_ENTRIES = 250
_MOST_RECORDS = 10
_MOST_WHOLE = 12
_MOST_ALSO = 500
_MOST_SAYINGS = 40
_WHOLE_FROM = Severity.HIGH
_ORDER = tuple(Severity)


class Row(Struct, frozen=True, kw_only=True):
    """One line of the list of devices; `gravest` is empty without findings."""

    device: Device
    counted: str
    gravest: str
    findings: int


class Entry(Struct, frozen=True, kw_only=True):
    """One device of the appendix: its claims as (what, value, band), its findings and, by method,
    port and time, the evidence that its claims rest on; `more` records stand only in the JSON."""

    device: Device
    claims: tuple[tuple[str, str, str], ...]
    findings: tuple[Finding, ...]
    evidence: tuple[tuple[str, tuple[EvidenceRecord, ...]], ...]
    more: int


class Told(Struct, frozen=True, kw_only=True):
    """A kind of finding as a reader needs it: some `whole`; of others what is said, and of which
    devices (none where it is said of no device); `more` stand in the JSON only."""

    group: Group
    whole: tuple[Finding, ...]
    also: tuple[tuple[str, tuple[str, ...]], ...]
    more: int


class Choice(Struct, frozen=True, kw_only=True):
    """All that is chosen, how many devices have no row and no entry, and the number of each entry
    by the id of its device."""

    rows: tuple[Row, ...]
    rows_left_out: int
    entries: tuple[Entry, ...]
    entries_left_out: int
    told: tuple[Told, ...]
    places: dict[str, int]


def choice(run: Run, found: Sequence[Group]) -> Choice:
    """The devices that matter most when there are too many: those with grave findings, then those
    that are counted by class. What is kept stands in the order of the run."""
    findings: dict[str, list[Finding]] = defaultdict(list)
    for finding in run.findings:
        if finding.device is not None:
            findings[finding.device].append(finding)

    devices = {device.id: device for device in run.devices}

    def weight(device: Device) -> tuple[int, bool]:
        return (-_gravest(findings[device.id]), class_of(device) is None)

    ranked = sorted(run.devices, key=weight)
    rows = {device.id for device in ranked[:MOST_ROWS]}
    wanted = [d for d in ranked if findings[d.id] or _is_counted(d)]
    chosen = {device.id for device in wanted[:MOST_ENTRIES]}
    entries = tuple(
        _entry(device, findings[device.id]) for device in run.devices if device.id in chosen
    )
    return Choice(
        rows=tuple(
            _row(device, findings[device.id]) for device in run.devices if device.id in rows
        ),
        rows_left_out=len(run.devices) - len(rows),
        entries=entries,
        entries_left_out=len(wanted) - len(entries),
        told=tuple(_told(group, devices) for group in found),
        places={entry.device.id: place for place, entry in enumerate(entries)},
    )


def _is_counted(device: Device) -> bool:
    found = class_of(device)
    return found is not None and found.value not in ("other", "vms")


def _gravest(findings: Sequence[Finding]) -> int:
    return max((_ORDER.index(finding.severity) + 1 for finding in findings), default=0)


def _row(device: Device, findings: Sequence[Finding]) -> Row:
    gravest = _gravest(findings)
    return Row(
        device=device,
        counted=class_of(device) or "not counted",
        gravest=_ORDER[gravest - 1] if gravest else "",
        findings=len(findings),
    )


def _entry(device: Device, findings: Sequence[Finding]) -> Entry:
    named = (
        ("class", device.class_),
        ("maker", device.maker),
        ("brand", device.brand),
        ("model", device.model),
        ("firmware", device.firmware),
        ("platform", device.platform),
    )
    known = [(what, claim) for what, claim in named if claim and claim.band is not Band.UNKNOWN]
    kept = _kept(device, {key for _, claim in known for key in claim.evidence})
    return Entry(
        device=device,
        claims=tuple((what, _value(claim), claim.band) for what, claim in known),
        findings=tuple(sorted(findings, key=lambda f: -_ORDER.index(f.severity))),
        evidence=_by_question(kept),
        more=len(device.evidence) - len(kept),
    )


def _value(claim: Claim | EntityClaim | FirmwareClaim) -> str:
    return claim.name if isinstance(claim, EntityClaim) else claim.value


def _kept(device: Device, used: set[str]) -> list[EvidenceRecord]:
    """At most ten records, each value once: those that claims rest on before the others."""
    distinct: dict[tuple[str, str], EvidenceRecord] = {}
    # A page says less in its first words than any other answer in all of its.
    order = sorted(device.evidence, key=lambda r: (r.field.endswith("body"), r.id not in used))
    for record in order:
        distinct.setdefault((record.field, record.value), record)
    chosen = {record.id for record in list(distinct.values())[:_MOST_RECORDS]}
    return [record for record in distinct.values() if record.id in chosen]


def _by_question(
    records: Sequence[EvidenceRecord],
) -> tuple[tuple[str, tuple[EvidenceRecord, ...]], ...]:
    found: dict[str, list[EvidenceRecord]] = defaultdict(list)
    for record in records:
        port = "" if record.port is None else f" {record.port}"
        found[f"{record.method}{port}, {record.at:%Y-%m-%d %H:%M} UTC"].append(record)
    return tuple((question, tuple(answers)) for question, answers in found.items())


def _told(group: Group, devices: Mapping[str, Device]) -> Told:
    """Grave ones whole; of the others one for each advice, for one maker's differ in the device."""
    whole = list(group.findings)
    if not group.severity.reaches(_WHOLE_FROM):
        one_each: dict[str, Finding] = {}
        for finding in group.findings:
            one_each.setdefault(finding.advice, finding)
        whole = list(one_each.values())
    whole = whole[:_MOST_WHOLE]
    shown = {finding.id for finding in whole}
    others = [finding for finding in group.findings if finding.id not in shown]
    also: dict[str, list[str]] = {}
    more = 0
    for place, finding in enumerate(others):
        what, label = _split(finding, devices.get(finding.device or ""))
        if place < _MOST_ALSO and (what in also or len(also) < _MOST_SAYINGS):
            also.setdefault(what, []).extend(label)
        else:
            more += 1
    return Told(
        group=group,
        whole=tuple(whole),
        also=tuple((what, tuple(labels)) for what, labels in also.items()),
        more=more,
    )


def _split(finding: Finding, device: Device | None) -> tuple[str, tuple[str, ...]]:
    """What a title says and of which device, where it begins with the name of its device."""
    if device is not None:
        name = device_name(device, device.label)
        if finding.title.startswith(name):
            return finding.title.removeprefix(name).lstrip(" :"), (device.label,)
    return finding.title, ()
