"""Formats by name."""

from __future__ import annotations

import pytest

from camscan.errors import UsageError
from camscan.model.run import Run
from camscan.report.interface import ReportInput
from camscan.report.registry import FORMATS, report


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_keeps_the_interface(name: str, sample_run: Run) -> None:
    found = report(name)
    assert found.name == name
    assert found.summary
    assert found.render(ReportInput(run=sample_run, contacts=()))


def test_an_unknown_format_names_the_known() -> None:
    with pytest.raises(UsageError, match="table, json"):
        report("pdf")
