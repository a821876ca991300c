"""Which findings make a job fail."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from camscan.findings.gate import Gate
from camscan.model.finding import FindingStatus, Severity
from camscan.model.run import Run


@pytest.mark.parametrize(
    ("status", "new_only", "stands"),
    [
        (FindingStatus.NEW, False, True),
        (FindingStatus.NEW, True, True),
        (FindingStatus.KNOWN, False, True),
        (FindingStatus.KNOWN, True, False),
        (FindingStatus.ACCEPTED, False, False),
        (FindingStatus.GONE, False, False),
    ],
)
def test_what_stands(sample_run: Run, status: FindingStatus, new_only: bool, stands: bool) -> None:
    finding = replace(sample_run.findings[0], status=status)
    assert Gate(new_only=new_only).stands(finding) is stands
    assert Gate(fail_on=Severity.HIGH, new_only=new_only).stops(finding) is stands


def test_only_what_is_severe_enough_stops(sample_run: Run) -> None:
    finding = sample_run.findings[0]
    assert not Gate().stops(finding), "without --fail-on nothing does"
    assert not Gate(fail_on=Severity.CRITICAL).stops(finding)
    assert Gate(fail_on=Severity.INFO).stops(finding)
