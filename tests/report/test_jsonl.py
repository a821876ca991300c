"""One device a line."""

from __future__ import annotations

import json

from camscan.model.run import Run
from camscan.report import jsonl
from camscan.report.interface import ReportInput


def test_one_object_a_line_in_order(sample_run: Run) -> None:
    lines = jsonl.render(ReportInput(run=sample_run)).decode().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["d1", "d2", "d3"]
