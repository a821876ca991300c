"""A byte order mark before CSV."""

from __future__ import annotations

import pytest

from camscan.errors import UsageError
from camscan.model.run import Run
from camscan.report.interface import LongReport, ReportInput
from camscan.report.registry import report


@pytest.mark.parametrize("name", ["csv", "csv-findings", "csv-conversations"])
def test_the_same_rows_behind_the_mark(name: str, sample_run: Run) -> None:
    source = ReportInput(run=sample_run)
    marked = report(f"{name}-bom")
    assert marked.name == f"{name}-bom"
    assert isinstance(marked, LongReport)
    plain = report(name).render(source)
    assert not plain.startswith(b"\xef\xbb\xbf")
    assert marked.render(source) == b"\xef\xbb\xbf" + plain
    assert plain.decode("utf-8-sig") == marked.render(source).decode("utf-8-sig")


@pytest.mark.parametrize("name", ["json-bom", "-bom", "csv-bom-bom"])
def test_only_csv_takes_one(name: str) -> None:
    with pytest.raises(UsageError, match="unknown format"):
        report(name)
