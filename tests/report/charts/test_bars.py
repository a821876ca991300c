"""Bar charts."""

from __future__ import annotations

from lxml import etree

from camscan.report.charts.bars import bars

HOSTILE = '"><script>alert(1)</script>\u202e\x00'


def test_one_bar_a_row_with_label_and_number() -> None:
    svg = etree.fromstring(bars("k", "Makers", [("Axis", 1234), ("Bosch", 5)], "Cameras"))
    words = "|".join(text for text in svg.itertext())
    assert len(svg.xpath("//*[local-name()='rect']")) == 2
    for word in ("Axis", "1,234", "Bosch"):
        assert word in words
    assert "Cameras: Axis 1,234, Bosch 5" in words
    assert not svg.xpath("//@style"), "a strict policy forbids style attributes"


def test_many_rows_end_in_others() -> None:
    text = bars("k", "Makers", [(f"maker-{n}", 20 - n) for n in range(14)], "Cameras")
    assert "5 others 45" in text
    assert "maker-9" not in text


def test_labels_are_harmless() -> None:
    text = bars("k", "Makers", [(HOSTILE, 1), ("x" * 9999, 1)], "Cameras")
    assert "<script" not in text
    assert "\u202e" not in text
    assert len(text) < 10_000


def test_nothing_is_no_chart() -> None:
    assert bars("k", "Makers", [], "Cameras") == ""
    assert "Axis 0" in bars("k", "Makers", [("Axis", 0)], "Cameras")
