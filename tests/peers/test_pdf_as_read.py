"""The PDF as poppler reads it: pages, bookmarks, tags, metadata and the text that can be copied."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from camscan.model.run import Run
from camscan.report.interface import ReportInput
from camscan.report.pdf import render
from camscan.report.pdf.typeset import missing
from tests.conftest import build_sample_run
from tests.report.html.hostile import hostile_run

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler: the program pdftotext is not installed")
    return tmp_path_factory.mktemp("pdf")


def written(folder: Path, run: Run) -> Path:
    path = folder / "report.pdf"
    path.write_bytes(render(ReportInput(run=run)))
    return path


def told(program: str, path: Path, *options: str) -> str:
    done = subprocess.run(
        [program, *options, str(path), *(["-"] if program == "pdftotext" else [])],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == "", "poppler finds no fault"
    return done.stdout


def test_pages_metadata_and_tags(folder: Path) -> None:
    path = written(folder, build_sample_run())
    about = told("pdfinfo", path, "-isodates")
    facts = dict(line.split(":", 1) for line in about.splitlines() if ":" in line)
    assert facts["Title"].strip() == "Cameras found: 1 (2026-11-24 02:13 UTC)"
    assert facts["CreationDate"].strip() == "2026-11-24T02:13:00Z"
    assert facts["Creator"].strip() == "camscan 0"
    assert facts["Tagged"].strip() == "yes"
    assert facts["JavaScript"].strip() == "no"
    assert facts["Page size"].strip().endswith("(A4)")
    pages = told("pdftotext", path).split("\f")[:-1]
    assert len(pages) == int(facts["Pages"])
    assert "Page 1 of" not in pages[0], "the cover has no number"
    for number, page in enumerate(pages[1:], 2):
        assert f"Page {number} of {len(pages)}" in page
    assert "What needs doing" in pages[1]
    structure = told("pdfinfo", path, "-struct")
    for element in ("H1", "Table", "TH", "Figure", "Link"):
        assert element in structure


def test_the_hostile_harm_nothing(folder: Path) -> None:
    path = written(folder, hostile_run(build_sample_run()))
    text = told("pdftotext", path)
    assert "<script>alert(1)</script>" in text.replace("\n", "")
    assert "JavaScript:      no" in told("pdfinfo", path)
    assert told("pdfinfo", path, "-url").splitlines()[1:] == [], "no link leads out"
