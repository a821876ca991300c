"""CSV of findings."""

from __future__ import annotations

import csv
import io

from camscan.model.run import Run
from camscan.report import csv_findings
from camscan.report.interface import ReportInput


def rows(run: Run) -> list[dict[str, str]]:
    text = csv_findings.render(ReportInput(run=run)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_rows_and_columns(sample_run: Run) -> None:
    (row,) = rows(sample_run)
    assert tuple(row) == csv_findings.COLUMNS
    assert row["status"] == "new"
    assert row["address"] == "10.1.0.9"
    assert row["site"] == "Town"
    assert row["evidence"] == "c1"


def test_no_cell_is_a_formula_or_a_second_row(hostile_run: Run) -> None:
    (row,) = rows(hostile_run)
    for cell in row.values():
        assert cell[:1] not in tuple("=+-@\t\r")
        assert "\n" not in cell
