"""What a report is given."""

from __future__ import annotations

from camscan.model.run import Run
from camscan.report.interface import ReportInput


def test_no_colour_and_no_contacts_by_default(sample_run: Run) -> None:
    source = ReportInput(run=sample_run)
    assert not source.color
    assert source.contacts is None
