"""What a reader of two runs wants to know, as one list of changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from camscan.egress.event import device_name
from camscan.egress.fleet import subject_of
from camscan.findings.checked import CHANGE_IDS, read_traffic
from camscan.findings.unchecked import is_video
from camscan.inventory.compare import Comparison, NewFirmware, Unseen
from camscan.model.conversation import Conversation, Verdict
from camscan.model.device import Device
from camscan.model.finding import Finding, FindingStatus, Severity
from camscan.model.run import Run, RunInfo

SCHEMA = "camscan.diff/1"
_INSIDE = frozenset({Verdict.INTERNAL, Verdict.INFRASTRUCTURE})


class ChangeKind(StrEnum):
    """In the order in which they are told."""

    NEW = "new"
    GONE = "gone"
    MOVED = "moved"
    IDENTITY = "identity"
    FIRMWARE = "firmware"
    NEW_FINDING = "new-finding"
    CLOSED_FINDING = "closed-finding"
    NEW_CONVERSATION = "new-conversation"
    NOT_CHECKED = "not-checked"


class Change(Struct, frozen=True, kw_only=True):
    """One change. `name` is what a person calls the device or what it is about; `device` an id
    (of the earlier run for what is gone); `severity` that of a finding."""

    kind: ChangeKind
    name: str
    device: str | None = None
    site: str | None = None
    was: str | None = None
    now: str | None = None
    severity: Severity | None = None
    detail: str = ""


class Side(Struct, frozen=True, kw_only=True):
    """One of the two runs."""

    id: str
    started: datetime
    ended: datetime
    status: str
    devices: int


class Difference(Struct, frozen=True, kw_only=True):
    """Two runs and their changes, in the order of `ChangeKind`."""

    schema: str = SCHEMA
    before: Side
    after: Side
    changes: tuple[Change, ...]


def difference(comparison: Comparison, *, all_devices: bool = False) -> Difference:
    """The changes of a comparison whose later run has been judged against the earlier one.

    Devices of no class that surveillance has are left out unless `all_devices`.
    """
    changes = [
        *_devices(comparison, all_devices=all_devices),
        *_findings(comparison.after),
        *_conversations(comparison),
        *_not_checked(comparison),
    ]
    order = tuple(ChangeKind)
    changes.sort(key=lambda change: order.index(change.kind))
    return Difference(
        before=_side(comparison.before),
        after=_side(comparison.after),
        changes=tuple(changes),
    )


def _side(run: Run) -> Side:
    info: RunInfo = run.run
    return Side(
        id=info.id,
        started=info.started,
        ended=info.ended,
        status=info.status.value,
        devices=len(run.devices),
    )


def _devices(comparison: Comparison, *, all_devices: bool) -> Iterator[Change]:
    def meant(device: Device) -> bool:
        return all_devices or is_video(device)

    for each in comparison.new:
        if meant(each.device):
            reason = each.reason
            kind = ChangeKind.NEW if reason is None else ChangeKind.NOT_CHECKED
            detail = _what(each.device)
            if reason is not None:
                detail = f"whether it is new: the earlier run did not ask there: {reason}"
            yield _of(each.device, kind, detail=detail)
    for each in comparison.gone:
        if meant(each.device):
            yield _gone(each)
    for move in comparison.moved:
        if meant(move.after):
            yield _of(move.after, ChangeKind.MOVED, was=move.was, now=move.now, detail=move.what)
    for old, new in comparison.same:
        if meant(old) or meant(new):
            yield from _identity(old, new)
    for change in comparison.firmware:
        if meant(change.after):
            order = _order(change)
            yield _of(
                change.after, ChangeKind.FIRMWARE, was=change.was, now=change.now, detail=order
            )


def _gone(each: Unseen) -> Change:
    if each.reason is not None:
        text = f"whether it is gone: {each.reason}"
        return _of(each.device, ChangeKind.NOT_CHECKED, detail=text)
    detail = "asked, and nothing answered"
    if each.replaced is not None:
        other = each.replaced
        address = other.addresses[0] if other.addresses else other.id
        detail = f"another device answers at its address: {device_name(other, address)}"
    return _of(each.device, ChangeKind.GONE, detail=detail)


def _identity(old: Device, new: Device) -> Iterator[Change]:
    """Class, maker and model that are said otherwise than before."""
    pairs = (
        ("class", _value(old.class_), _value(new.class_)),
        ("maker", _name(old.maker), _name(new.maker)),
        ("model", _value(old.model), _value(new.model)),
    )
    for what, was, now in pairs:
        if was != now:
            yield _of(new, ChangeKind.IDENTITY, was=was, now=now, detail=what)


def _value(claim: object) -> str:
    return getattr(claim, "value", "unknown")


def _name(claim: object) -> str:
    return getattr(claim, "name", "unknown")


def _order(change: NewFirmware) -> str:
    if change.older is None:
        return "which is older cannot be told"
    return "older" if change.older else "newer"


def _what(device: Device) -> str:
    """Model, MAC and serial, for somebody who looks for it."""
    words = [device.model.value] if device.model is not None else []
    words += [f"MAC {device.mac}"] if device.mac else []
    words += [f"serial {device.serial}"] if device.serial else []
    return ", ".join(words)


def _of(
    device: Device,
    kind: ChangeKind,
    *,
    was: str | None = None,
    now: str | None = None,
    detail: str = "",
) -> Change:
    address = device.addresses[0] if device.addresses else device.id
    return Change(
        kind=kind,
        name=device_name(replace(device, site=None), address),
        device=device.id,
        site=device.site,
        was=was,
        now=now,
        detail=detail,
    )


def _findings(run: Run) -> Iterator[Change]:
    """What is new and what is gone, worst first; changes of devices are told as such."""
    sites = {device.id: device.site for device in run.devices}
    kinds = {
        FindingStatus.NEW: ChangeKind.NEW_FINDING,
        FindingStatus.GONE: ChangeKind.CLOSED_FINDING,
    }
    for finding in run.findings:
        kind = kinds.get(finding.status)
        if kind is not None and finding.rule not in CHANGE_IDS:
            yield _finding(finding, kind, sites.get(finding.device or ""))


def _finding(finding: Finding, kind: ChangeKind, site: str | None) -> Change:
    return Change(
        kind=kind,
        name=finding.title,
        device=finding.device,
        site=site,
        severity=finding.severity,
        detail=finding.rule,
    )


def _conversations(comparison: Comparison) -> Iterator[Change]:
    """Destinations outside that a device of both runs, or a new one, had not called before."""
    before, after = comparison.before, comparison.after
    if not after.conversations:
        return
    if not read_traffic(before):
        yield Change(
            kind=ChangeKind.NOT_CHECKED,
            name="conversations",
            detail="which are new: no traffic was read in the earlier run",
        )
        return
    known_as = {old.id: new.id for old, new in comparison.same}
    known = {
        _key(talk, known_as.get(talk.device or "", talk.device)) for talk in before.conversations
    }
    devices = {device.id: device for device in after.devices}
    for talk in after.conversations:
        key = _key(talk, talk.device)
        if talk.verdict in _INSIDE or key in known:
            continue
        known.add(key)
        device = devices.get(talk.device or "")
        port = f"{talk.protocol}/{talk.port}" if talk.port is not None else talk.protocol
        yield Change(
            kind=ChangeKind.NEW_CONVERSATION,
            name=device_name(device and replace(device, site=None), talk.address),
            device=talk.device,
            site=device.site if device is not None else None,
            now=f"{subject_of(talk.name, talk.peer)} {port}",
            detail=f"{talk.verdict}, first at {talk.first:%Y-%m-%d %H:%M} UTC",
        )


def _key(talk: Conversation, device: str | None) -> tuple[str, str, str, int | None]:
    subject = subject_of(talk.name, talk.peer)
    return device or talk.address, subject, talk.protocol, talk.port


def _not_checked(comparison: Comparison) -> Iterator[Change]:
    """Findings of the earlier run of which nobody can tell whether they still stand."""
    for skip in comparison.after.coverage.skips:
        if skip.subject == "baseline" and skip.what not in CHANGE_IDS:
            yield Change(kind=ChangeKind.NOT_CHECKED, name=skip.what, detail=skip.reason)
