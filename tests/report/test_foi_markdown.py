"""The freedom-of-information sheet as Markdown."""

from __future__ import annotations

from markdown_it import MarkdownIt

from camscan.model.run import Run
from camscan.report import foi_markdown
from camscan.report.interface import ReportInput


def test_the_sheet(sample_run: Run) -> None:
    text = foi_markdown.render(ReportInput(run=sample_run, per_site=True)).decode()
    assert text.startswith("# Network cameras\n\nAs at 24 November 2026, a network scan of ")
    assert "| Hikvision | CN | 0 | 1 | 1 | 1 | 0 | 1 |" in text
    assert "## What is not in it" in text
    assert text.count("\n---\n") == 2


def test_hostile_text_makes_no_markup(hostile_run: Run) -> None:
    text = foi_markdown.render(ReportInput(run=hostile_run)).decode()
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "text_special"}
    assert [token.tag for token in tokens].count("h1") == 2
