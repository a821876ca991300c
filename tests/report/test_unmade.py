"""A format that cannot be made here."""

from __future__ import annotations

import sys

import pytest
from msgspec.structs import replace

from camscan.model.coverage import Skip
from camscan.model.run import Run
from camscan.report.registry import FORMATS
from camscan.report.unmade import unmade, with_unmade


def test_only_the_pdf_needs_what_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    reasons = unmade([*FORMATS, "pdf", "csv-bom"])
    assert list(reasons) == ["pdf"]
    assert reasons["pdf"].startswith("WeasyPrint is not installed: pip install 'camscan[pdf]'; or")


def test_it_is_a_skip_once_however_often_a_file_is_written_again(sample_run: Run) -> None:
    other = Skip(subject="nmap", what="second opinion", reason="not installed")
    run = replace(sample_run, coverage=replace(sample_run.coverage, skips=(other,)))
    assert with_unmade(run, {}) is run
    told = with_unmade(with_unmade(run, {"pdf": "an older reason"}), {"pdf": "no Pango"})
    assert told.coverage.skips == (
        other,
        Skip(subject="pdf", what="report", reason="no Pango"),
    )
    assert with_unmade(told, {}) == run
