"""Findings held against a baseline and the user's exceptions: new, known, accepted or gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from camscan.config import ExceptionConfig
from camscan.findings.checked import CHANGE_IDS, Checked
from camscan.findings.expired_exception import ExpiredException, has_ended
from camscan.findings.unused_exception import UnusedException, accepts
from camscan.model.coverage import Skip
from camscan.model.device import Device
from camscan.model.finding import Finding, FindingStatus, Severity
from camscan.model.run import Run


def with_status(
    run: Run, baseline: Run | None = None, exceptions: Sequence[ExceptionConfig] = ()
) -> Run:
    """The run with every finding's status, those of the baseline that are gone, and findings
    about exceptions that have ended or accept nothing.

    Gone means looked for again and not found: what the baseline knew and this run could not
    check, or of a device that did not answer, is a Skip. Without a baseline or exceptions the
    statuses stay what they are.
    """
    own = {ExpiredException.id, UnusedException.id}
    found = [finding for finding in run.findings if finding.rule not in own]
    bare = replace(run, findings=tuple(found))
    known = _with_missing(bare, baseline)
    about = (
        *ExpiredException(exceptions).findings(bare),
        *UnusedException(exceptions).findings(known),
    )
    found += about
    skips: tuple[Skip, ...] = ()
    if baseline is not None:
        # What had changed before the baseline is no news, and is not gone again either.
        before = {
            one.id: one
            for one in baseline.findings
            if one.status is not FindingStatus.GONE and one.rule not in CHANGE_IDS
        }
        found = [replace(one, status=_compared(one, before)) for one in found]
        gone, skips = _gone(run, before, {one.id for one in found})
        found += gone
    devices = {device.id: device for device in known.devices}
    if exceptions:
        found = [_standing(one) for one in found]
    valid = [one for one in exceptions if not has_ended(one, run)]
    found = [_accepted(one, valid, devices) for one in found]
    order = tuple(Severity)
    found.sort(key=lambda one: -order.index(one.severity))
    coverage = replace(run.coverage, skips=(*run.coverage.skips, *skips))
    return replace(run, findings=tuple(found), coverage=coverage)


def _with_missing(run: Run, baseline: Run | None) -> Run:
    """The run with the devices that only the baseline has: findings may be about those, and an
    exception may name one by its MAC or address."""
    if baseline is None:
        return run
    here = {device.id for device in run.devices}
    missing = tuple(device for device in baseline.devices if device.id not in here)
    return replace(run, devices=(*run.devices, *missing))


def _compared(finding: Finding, before: dict[str, Finding]) -> FindingStatus:
    if finding.status is FindingStatus.GONE:
        return FindingStatus.GONE
    return FindingStatus.KNOWN if finding.id in before else FindingStatus.NEW


def _gone(
    run: Run, before: dict[str, Finding], now: set[str]
) -> tuple[list[Finding], tuple[Skip, ...]]:
    devices = {device.id: device for device in run.devices}
    checked = Checked(run)
    gone = []
    unseen: Counter[tuple[str, str]] = Counter()
    for finding in before.values():
        if finding.id in now:
            continue
        device = devices.get(finding.device or "")
        if finding.device is not None and device is None:
            unseen[finding.rule, "the device was not seen in this run"] += 1
            continue
        reason = checked.reason(finding.rule, device)
        if reason is None:
            gone.append(replace(finding, status=FindingStatus.GONE))
        else:
            unseen[finding.rule, reason] += 1
    return gone, tuple(_skips(unseen.items()))


def _skips(unseen: Iterable[tuple[tuple[str, str], int]]) -> Iterable[Skip]:
    for (rule, reason), number in unseen:
        noun = "finding" if number == 1 else "findings"
        what = f"whether {number} known {noun} of {rule} still stand{'s' * (number == 1)}"
        yield Skip(subject="baseline", what=what, reason=reason)


def _standing(finding: Finding) -> Finding:
    """A finding that was accepted earlier, before it is known whether it still is."""
    if finding.status is not FindingStatus.ACCEPTED:
        return finding
    return replace(finding, status=FindingStatus.NEW)


def _accepted(
    finding: Finding, exceptions: Sequence[ExceptionConfig], devices: dict[str, Device]
) -> Finding:
    if finding.status is FindingStatus.GONE:
        return finding
    for one in exceptions:
        if accepts(one, finding, devices):
            told = f"Accepted until {one.until.isoformat()} by {one.owner}: {one.reason}."
            detail = finding.detail
            if not detail.endswith(told):
                detail = f"{detail} {told}".strip()
            return replace(finding, status=FindingStatus.ACCEPTED, detail=detail)
    return finding
