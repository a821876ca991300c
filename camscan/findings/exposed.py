"""What rules about a device's own exposure share: whom they look at and how they tell it.

They look at cameras, recorders, encoders, intercoms and their servers. What else answers on a
network is not theirs to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from msgspec.structs import replace

from camscan.findings.name import name_of
from camscan.findings.unchecked import is_video, skips_of
from camscan.model.coverage import Skip
from camscan.model.device import Device, EvidenceRecord
from camscan.model.evidence import NO_TIME
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run

ALL = "all devices"
READ = frozenset(
    {
        "ftp.banner",
        "http.body",
        "http.location",
        "http.status",
        "http.title",
        "http.www_authenticate",
        "onvif.clock_source",
        "onvif.daylight_savings",
        "onvif.firmware",
        "onvif.hardware_id",
        "onvif.manufacturer",
        "onvif.model",
        "onvif.serial",
        "onvif.time_zone",
        "onvif.utc_time",
        "rtsp.sdp",
        "rtsp.status",
        "telnet.banner",
        "tls.issuer",
        "tls.key",
        "tls.not_after",
        "tls.not_before",
        "tls.sha256",
        "tls.signature",
        "tls.spki_sha256",
        "tls.subject",
    }
)
"""Fields that rules about what a device said read; most of what devices say is none of them."""

_LONGEST_WORD = 160


def video(run: Run) -> Iterator[Device]:
    """The devices that these rules look at."""
    return (device for device in run.devices if is_video(device))


def essence(run: Run) -> Run:
    """The run with what these rules look at and nothing else: each of them goes through it."""
    devices = tuple(
        replace(device, evidence=tuple(item for item in device.evidence if item.field in READ))
        for device in video(run)
    )
    return replace(run, devices=devices)


def records(device: Device, *fields: str) -> list[EvidenceRecord]:
    """What the device said in these fields, in order."""
    return [item for item in device.evidence if item.field in fields]


def own_answers(device: Device, method: str, *fields: str) -> list[EvidenceRecord]:
    """The same, of one probe of camscan: of those it is known that no login came before."""
    return [item for item in device.evidence if item.method == method and item.field in fields]


def heard_at(item: EvidenceRecord, run: Run) -> datetime:
    """When something was heard; of what a file tells without a time, when it was read."""
    return run.run.started if item.at == NO_TIME else item.at


def exposure(
    rule: str,
    severity: Severity,
    device: Device,
    said: str,
    *,
    detail: str,
    advice: str,
    evidence: Sequence[EvidenceRecord],
    subject: str = "",
    references: tuple[str, ...] = (),
) -> Finding:
    """One finding about one device; `said` is the title after its name."""
    return Finding(
        id=finding_id(rule, device.id, subject),
        rule=rule,
        severity=severity,
        title=f"{name_of(device)} {said}",
        device=device.id,
        detail=detail,
        advice=advice,
        evidence=tuple(dict.fromkeys(item.id for item in evidence)),
        references=references,
    )


def unheard(rule: str, run: Run, why: Callable[[Device], str | None]) -> Iterator[Skip]:
    """What was not checked: `why` gives the reason of a device, or None where it was.

    A reason that holds for every device stands once, without a list.
    """
    looked_at = list(video(run))
    reasons = [(reason, device) for device in looked_at if (reason := why(device)) is not None]
    if len(reasons) == len(looked_at) > 1 and len({reason for reason, _ in reasons}) == 1:
        yield Skip(subject=ALL, what=rule, reason=reasons[0][0])
        return
    yield from skips_of(rule, reasons)


def told(text: str | None) -> str:
    """What a device said of itself, fit for a sentence: one line, nothing invisible, not long."""
    if not text:
        return "?"
    line = "".join(c if c.isprintable() else " " for c in text[:_LONGEST_WORD])
    return f"{line}…" if len(text) > _LONGEST_WORD else line


def ports_text(ports: Iterable[int | None]) -> str:
    """`port 443`, `ports 443 and 8443`, or nothing where no port is known."""
    known = sorted({port for port in ports if port is not None})
    if not known:
        return ""
    if len(known) == 1:
        return f"port {known[0]}"
    return f"ports {', '.join(map(str, known[:-1]))} and {known[-1]}"
