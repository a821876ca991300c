"""CSV."""

from __future__ import annotations

import csv
import io

from camscan.model.run import Run
from camscan.report import csv as report
from camscan.report.interface import ReportInput


def test_rows_columns_and_formulas(sample_run: Run) -> None:
    text = report.render(ReportInput(run=sample_run)).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == report.COLUMNS
    assert [row["counted_as"] for row in rows] == ["camera", "recorder", "not counted"]
    assert rows[0]["model"].startswith("'=")
    assert "\x1b" not in text
    assert rows[0]["other_addresses"] == "fd00::9"
    assert rows[1]["channels"] == "16"
    assert rows[2]["maker"] == "unknown"
    assert text.count("\r\n") == 4
