"""Findings."""

from __future__ import annotations

from camscan.model.finding import Severity, finding_id


def test_ids_derive_from_rule_device_and_subject() -> None:
    assert finding_id("a", "d1", "x") == finding_id("a", "d1", "x")
    assert len({finding_id(r, d, s) for r in "ab" for d in ("d1", None) for s in "xy"}) == 8


def test_severities_are_ordered() -> None:
    assert Severity.CRITICAL.reaches(Severity.HIGH)
    assert Severity.LOW.reaches(Severity.LOW)
    assert not Severity.INFO.reaches(Severity.LOW)
