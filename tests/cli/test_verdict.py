"""Exit codes of a run."""

from __future__ import annotations

import msgspec
import pytest

from camscan.cli.verdict import exit_code, is_complete
from camscan.model.finding import FindingStatus
from camscan.model.run import Run, RunStatus


def complete(run: Run) -> Run:
    coverage = msgspec.structs.replace(run.coverage, subnets=run.coverage.subnets[:1])
    return msgspec.structs.replace(run, coverage=coverage)


@pytest.mark.parametrize(
    ("level", "code"),
    [(None, 0), ("info", 10), ("medium", 10), ("high", 10), ("critical", 0)],
)
def test_fail_on(sample_run: Run, level: str | None, code: int) -> None:
    assert exit_code(sample_run, fail_on=level, require_complete=False) == code


@pytest.mark.parametrize("status", [FindingStatus.ACCEPTED, FindingStatus.GONE])
def test_accepted_and_gone_findings_do_not_stand(sample_run: Run, status: FindingStatus) -> None:
    finding = msgspec.structs.replace(sample_run.findings[0], status=status)
    run = msgspec.structs.replace(sample_run, findings=(finding,))
    assert exit_code(run, fail_on="info", require_complete=False) == 0


def test_require_complete(sample_run: Run) -> None:
    assert not is_complete(sample_run), "one subnet was not reached"
    assert exit_code(sample_run, fail_on="info", require_complete=True) == 3
    whole = complete(sample_run)
    assert exit_code(whole, fail_on=None, require_complete=True) == 0
    info = msgspec.structs.replace(whole.run, status=RunStatus.PARTIAL)
    partial = msgspec.structs.replace(whole, run=info)
    assert exit_code(partial, fail_on=None, require_complete=True) == 3
