"""`unused-exception`."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from camscan.config import ExceptionConfig
from camscan.findings.unused_exception import UnusedException, accepts
from camscan.model.run import Run

UNTIL = date(2027, 1, 1)


def exception(rule: str = "unexpected-egress", **where: str) -> ExceptionConfig:
    return ExceptionConfig(rule=rule, reason="r", owner="o", until=UNTIL, **where)


@pytest.mark.parametrize(
    ("where", "accepted"),
    [
        ({}, True),
        ({"site": "Town"}, True),
        ({"site": "Other"}, False),
        ({"device": "d1"}, True),
        ({"device": "10.1.0.9"}, True),
        ({"device": "fd00::9"}, True),
        ({"device": "c0:56:e3:00:00:09"}, True),
        ({"device": "d1", "site": "Other"}, False),
        ({"device": "d2"}, False),
        ({"rule": "vendor-cloud"}, False),
    ],
)
def test_what_an_exception_is_about(sample_run: Run, where: dict[str, str], accepted: bool) -> None:
    devices = {device.id: device for device in sample_run.devices}
    assert accepts(exception(**where), sample_run.findings[0], devices) is accepted


def test_a_finding_about_no_device_needs_an_exception_for_none(sample_run: Run) -> None:
    finding = replace(sample_run.findings[0], device=None)
    assert accepts(exception(), finding, {})
    assert not accepts(exception(device="d1"), finding, {})
    assert not accepts(exception(site="Town"), finding, {})


def test_an_exception_that_accepts_nothing_is_a_finding(sample_run: Run) -> None:
    used, unused = exception(device="d1"), exception(device="d2")
    (finding,) = UnusedException([used, unused]).findings(sample_run)
    assert "device d2" in finding.detail


def test_what_was_not_checked_or_has_ended_is_not_unused(sample_run: Run) -> None:
    scan = replace(sample_run, conversations=(), findings=())
    ended = replace(exception(), until=date(2026, 1, 1))
    assert list(UnusedException([exception(), ended]).findings(scan)) == []
