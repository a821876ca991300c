"""Findings against a baseline and exceptions."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from camscan.config import ExceptionConfig
from camscan.findings.changes import with_changes
from camscan.findings.status import with_status
from camscan.model.finding import Finding, FindingStatus, finding_id
from camscan.model.run import Run


def finding(run: Run, device: str | None, subject: str, rule: str = "unexpected-egress") -> Finding:
    return replace(run.findings[0], id=finding_id(rule, device, subject), device=device, rule=rule)


def statuses(run: Run) -> dict[str, FindingStatus]:
    return {one.id: one.status for one in run.findings}


def test_new_known_and_gone(sample_run: Run) -> None:
    old, new, went = (finding(sample_run, "d1", name) for name in ("a", "b", "c"))
    baseline = replace(sample_run, findings=(old, went))
    run = with_status(replace(sample_run, findings=(old, new)), baseline)
    assert statuses(run) == {
        old.id: FindingStatus.KNOWN,
        new.id: FindingStatus.NEW,
        went.id: FindingStatus.GONE,
    }
    later = with_status(replace(sample_run, findings=()), run)
    assert statuses(later) == {old.id: FindingStatus.GONE, new.id: FindingStatus.GONE}, (
        "what was gone before is not gone again"
    )


def test_what_was_not_checked_is_not_gone(sample_run: Run) -> None:
    silent = finding(sample_run, "d2", "a")
    missing = finding(sample_run, "d9", "a")
    baseline = replace(sample_run, findings=(silent, missing))
    run = with_status(replace(sample_run, findings=()), baseline)
    assert run.findings == ()
    told = [skip for skip in run.coverage.skips if skip.subject == "baseline"]
    assert {skip.reason for skip in told} == {
        "no traffic of this device was seen in what was read",
        "the device was not seen in this run",
    }
    scan = with_status(replace(sample_run, findings=(), conversations=()), baseline)
    assert scan.findings == ()


def test_an_exception_accepts_until_its_last_day(sample_run: Run) -> None:
    one = ExceptionConfig(
        rule="unexpected-egress", reason="agreed", owner="IT", until=date(2026, 11, 24), device="d1"
    )
    (accepted,) = with_status(sample_run, exceptions=[one]).findings
    assert accepted.status is FindingStatus.ACCEPTED
    assert accepted.detail.endswith("Accepted until 2026-11-24 by IT: agreed.")
    again = with_status(with_status(sample_run, exceptions=[one]), exceptions=[one])
    assert again.findings == (accepted,), "said once"
    ended = replace(one, until=date(2026, 11, 23))
    after = with_status(replace(sample_run, findings=(accepted,)), exceptions=[ended])
    assert statuses(after)[accepted.id] is FindingStatus.NEW, "it stands again"
    found = with_status(sample_run, exceptions=[ended]).findings
    assert [item.rule for item in found] == ["unexpected-egress", "expired-exception"]
    assert {item.status for item in found} == {FindingStatus.NEW}


def test_judging_again_changes_nothing(sample_run: Run) -> None:
    one = ExceptionConfig(
        rule="unexpected-egress", reason="r", owner="o", until=date(2026, 1, 1), device="d1"
    )
    once = with_status(sample_run, sample_run, [one])
    assert with_status(once, sample_run, [one]).findings == once.findings


def test_without_anything_to_hold_against_the_run_stays(sample_run: Run) -> None:
    known = replace(sample_run.findings[0], status=FindingStatus.KNOWN)
    run = replace(sample_run, findings=(known,))
    assert with_status(run) == run


def test_an_exception_may_name_a_camera_that_is_gone_by_its_address(sample_run: Run) -> None:
    away = replace(sample_run, devices=sample_run.devices[1:], conversations=(), findings=())
    one = ExceptionConfig(
        rule="camera-gone", reason="sold", owner="IT", until=date(2027, 1, 1), device="10.1.0.9"
    )
    run = with_status(with_changes(away, sample_run), sample_run, [one])
    assert [(f.rule, f.status) for f in run.findings] == [("camera-gone", FindingStatus.ACCEPTED)]
