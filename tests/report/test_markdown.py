"""Markdown for a merge request."""

from __future__ import annotations

from markdown_it import MarkdownIt
from msgspec.structs import replace

from camscan.model.finding import FindingStatus
from camscan.model.run import Run
from camscan.report import markdown
from camscan.report.interface import ReportInput


def text(run: Run) -> str:
    return markdown.render(ReportInput(run=run)).decode()


def test_counts_makers_findings_and_coverage(sample_run: Run) -> None:
    found = text(sample_run)
    assert "- 1 camera found; 1 made by Hikvision" in found
    assert "| Hikvision | CN | Annke 1 | 1 |" in found
    assert "| Town | 10.1.1.0/24 | 1 | 1, 0, 0 |" in found
    assert "| high | 1 | 0 | 0 | 0 |" in found
    assert "| high | new | 10.1.0.9 was seen to try to contact 203.0.113.5 | Town |" in found
    assert "- 1 of 2 subnets were reached." in found
    assert "- eth0: multicast: not wholly in scope" in found


def test_new_findings_come_first_and_accepted_ones_are_only_counted(sample_run: Run) -> None:
    finding = sample_run.findings[0]
    findings = (
        replace(finding, title="known one", status=FindingStatus.KNOWN),
        replace(finding, title="accepted one", status=FindingStatus.ACCEPTED),
        replace(finding, title="new one"),
    )
    found = text(replace(sample_run, findings=findings))
    assert found.index("new one") < found.index("known one")
    assert "accepted one" not in found
    assert "| high | 1 | 1 | 1 | 0 |" in found


def test_long_tables_are_cut_and_say_so(sample_run: Run) -> None:
    many = tuple(replace(sample_run.findings[0], id=f"f{n}", evidence=()) for n in range(1000))
    found = text(replace(sample_run, findings=many))
    assert "… and 950 more findings (in the JSON of the run)." in found
    assert len(found) < 65_536, "the longest comment that GitHub takes"


def test_nothing_found(sample_run: Run) -> None:
    found = text(replace(sample_run, devices=(), findings=()))
    assert "No finding in what was checked." in found


def test_hostile_text_makes_no_markup(hostile_run: Run) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text(hostile_run))
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "text_special"}
    assert not {token.type for token in tokens} & {"html_block", "code_block", "fence"}
    assert [token.tag for token in tokens].count("h1") == 2, "opened and closed once"
