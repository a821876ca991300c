"""Devices as the page's script reads them: JSON with every text in one table.

`devices` has one row a device for the list, `pages` in the same order what its page shows. A
number stands for a text of `strings` unless it is said otherwise.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from camscan.inventory.streamed import walked
from camscan.model.count import class_of
from camscan.model.device import Device, EvidenceRecord
from camscan.model.finding import Finding, Severity
from camscan.model.identity import Band, Claim, EntityClaim, FirmwareClaim
from camscan.model.run import Run
from camscan.report.html.strings import Strings
from camscan.report.html.talks import DeviceTalks, talks_by_device
from camscan.report.parties import port_of
from camscan.report.tally import NO_SITE

_TEXT_BYTES = 9_000_000
_ALL_EVIDENCE = 280_000
_DETAIL = 700
_FINDING = 8000
_SENTENCE_END = re.compile(r"(?<=[.;]) ")
_NO_TALKS = DeviceTalks(rows=(), more=0)
_SEVERITIES = {severity: place + 1 for place, severity in enumerate(Severity)}


class Records(Struct, frozen=True, kw_only=True):
    """`data` for `safe_json`; how many evidence records and texts found no room."""

    data: dict[str, object]
    evidence_left_out: int
    texts_left_out: int


def records(run: Run) -> Records:
    """The data of all devices. What needs action is written first, evidence last, so a large
    run loses evidence, never a device or a finding."""
    strings = Strings(_TEXT_BYTES)
    findings = _findings_by_device(run)
    rows = [_row(strings, device, findings[device.id]) for device in run.devices]
    talks = walked(run.conversations, talks_by_device)
    pages = [
        [
            *_identity(strings, device),
            [_finding(strings, finding) for finding in findings[device.id]],
            *_talks(strings, talks.get(device.id, _NO_TALKS)),
        ]
        for device in run.devices
    ]
    each = _ALL_EVIDENCE // max(1, len(run.devices))
    left_out = 0
    for device, page in zip(run.devices, pages, strict=True):
        kept = _kept(device, each)
        page.append(_evidence(strings, kept))
        page.append(len(device.evidence) - len(kept))
        left_out += len(device.evidence) - len(kept)
    return Records(
        data={"strings": strings.texts, "devices": rows, "pages": pages},
        evidence_left_out=left_out,
        texts_left_out=strings.left_out,
    )


def _findings_by_device(run: Run) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in run.findings:
        if finding.device is not None:
            found[finding.device].append(finding)
    return found


def _row(strings: Strings, device: Device, findings: Sequence[Finding]) -> list[int]:
    """Id, address, site, class, maker, brand, model, firmware, MAC, serial, then two numbers:
    how many findings, and the gravest of them (1 info … 5 critical, 0 none)."""
    counted = class_of(device)
    return [
        strings.of(device.id),
        strings.of(device.label),
        strings.of(device.site or NO_SITE),
        strings.of(counted or _doubtful(device.class_)),
        strings.of(_doubtful(device.maker)),
        strings.of(_doubtful(device.brand)),
        strings.of(_doubtful(device.model), 80),
        strings.of(_doubtful(device.firmware), 80),
        strings.of(device.mac),
        strings.of(device.serial, 80),
        len(findings),
        max((_SEVERITIES[finding.severity] for finding in findings), default=0),
    ]


def _doubtful(claim: Claim | EntityClaim | FirmwareClaim | None) -> str:
    """The value; with a question mark where it is only possible."""
    if claim is None or claim.band is Band.UNKNOWN:
        return ""
    value = claim.name if isinstance(claim, EntityClaim) else claim.value
    return f"{value}?" if claim.band is Band.POSSIBLE else value


def _identity(strings: Strings, device: Device) -> list[object]:
    """Addresses; claims as [attribute, value, band, head office, rivals]; ports as [port,
    transport, service, status], closed ones left out; alternatives; channels and their source."""
    claims = [
        _claim(strings, attribute, claim)
        for attribute, claim in (
            ("Class", device.class_),
            ("Maker", device.maker),
            ("Brand", device.brand),
            ("Platform", device.platform),
            ("Model", device.model),
            ("Firmware", device.firmware),
        )
        if claim is not None
    ]
    ports = [
        [port.port, strings.of(port.transport), strings.of(port.service), strings.of(port.status)]
        for port in device.ports
        if port.status != "closed"
    ]
    channels = device.channels
    return [
        [strings.of(address) for address in device.addresses],
        claims,
        ports,
        [strings.of(text) for text in device.alternatives],
        [channels.value, strings.of(channels.source)] if channels is not None else None,
    ]


def _claim(
    strings: Strings, attribute: str, claim: Claim | EntityClaim | FirmwareClaim
) -> list[object]:
    entity = isinstance(claim, EntityClaim)
    return [
        strings.of(attribute),
        strings.of(claim.name if isinstance(claim, EntityClaim) else claim.value),
        strings.of(claim.band),
        strings.of(claim.country if isinstance(claim, EntityClaim) and entity else None),
        [strings.of(f"{rival.value} ({rival.band})") for rival in claim.rivals],
    ]


def _finding(strings: Strings, finding: Finding) -> list[object]:
    """Severity, title, the sentences of detail and of advice, status: devices of one maker share
    most sentences."""
    return [
        strings.of(finding.severity),
        strings.of(finding.title, 300),
        _sentences(strings, finding.detail),
        _sentences(strings, finding.advice),
        strings.of(finding.status),
    ]


def _sentences(strings: Strings, text: str) -> list[int]:
    return [strings.of(part, _FINDING) for part in _SENTENCE_END.split(text[:_FINDING])]


def _talks(strings: Strings, talks: DeviceTalks) -> list[object]:
    """Rows of verdict, party, port, country, and numbers: connections, bytes out, bytes in
    (null: unknown); then reasons, first time; and how many conversations have no row."""
    rows = [
        [
            strings.of(talk.verdict),
            strings.of(talk.name or talk.peer or "?"),
            strings.of(port_of(talk)),
            strings.of(talk.country),
            talk.count,
            talk.bytes_out,
            talk.bytes_in,
            strings.of("; ".join(talk.reasons), _DETAIL),
            strings.of(_minute(talk.first)),
        ]
        for talk in talks.rows
    ]
    return [rows, talks.more]


def _kept(device: Device, most: int) -> Sequence[EvidenceRecord]:
    """At most `most` records: those that a claim rests on before the others, in their order."""
    if len(device.evidence) <= most:
        return device.evidence
    claims = (device.class_, device.maker, device.brand, device.model, device.firmware)
    used = {key for claim in claims if claim is not None for key in claim.evidence}
    first = sorted(device.evidence, key=lambda record: record.id not in used)[:most]
    chosen = {record.id for record in first}
    return [record for record in device.evidence if record.id in chosen]


def _evidence(strings: Strings, kept: Sequence[EvidenceRecord]) -> list[list[int | None]]:
    """[method, port, minute, field, value, field, value …], one list a method, port and minute."""
    found: dict[tuple[str, int | None, str], list[int | None]] = {}
    for record in kept:
        key = record.method, record.port, _minute(record.at)
        line = found.get(key)
        if line is None:
            line = found[key] = [strings.of(record.method), record.port, strings.of(key[2])]
        line += [strings.of(record.field), strings.of(record.value, 300)]
    return list(found.values())


def _minute(at: datetime) -> str:
    return at.isoformat(" ", "minutes")[:16]
