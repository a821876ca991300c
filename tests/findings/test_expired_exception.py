"""`expired-exception`."""

from __future__ import annotations

from datetime import date

from camscan.config import ExceptionConfig
from camscan.findings.expired_exception import ExpiredException
from camscan.model.finding import Severity
from camscan.model.run import Run


def exception(until: date) -> ExceptionConfig:
    return ExceptionConfig(
        rule="unexpected-egress", reason="contract 12", owner="Parking", until=until, site="Town"
    )


def test_an_exception_that_has_ended_is_a_finding(sample_run: Run) -> None:
    rule = ExpiredException([exception(date(2026, 11, 23)), exception(date(2026, 11, 24))])
    (finding,) = rule.findings(sample_run)
    assert finding.severity is Severity.MEDIUM
    assert finding.title == "An exception for unexpected-egress has ended on 2026-11-23"
    assert "site Town (owner Parking, until 2026-11-23: contract 12)" in finding.detail
    (again,) = ExpiredException([exception(date(2026, 11, 23))]).findings(sample_run)
    assert again.id == finding.id


def test_none_without_exceptions(sample_run: Run) -> None:
    assert list(ExpiredException().findings(sample_run)) == []
