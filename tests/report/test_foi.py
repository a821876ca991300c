"""The freedom-of-information sheet as text."""

from __future__ import annotations

from camscan.model.run import Run
from camscan.report import foi
from camscan.report.interface import ReportInput


def test_one_page_that_prints(sample_run: Run) -> None:
    text = foi.render(ReportInput(run=sample_run)).decode()
    lines = text.splitlines()
    assert max(map(len, lines)) <= 78
    assert len(lines) <= 66, "a page"
    assert "Hikvision  CN" in text
    assert "\f" not in text


def test_a_form_feed_stands_between_sites(sample_run: Run) -> None:
    text = foi.render(ReportInput(run=sample_run, per_site=True)).decode()
    assert text.count("\f") == 2
    assert "Network cameras: Town\n=====================\n" in text


def test_hostile_text_adds_no_line(hostile_run: Run) -> None:
    text = foi.render(ReportInput(run=hostile_run)).decode()
    assert "\n# h" not in text
