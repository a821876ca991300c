"""Charts with their colours inside."""

from __future__ import annotations

from lxml import etree
from markupsafe import Markup

from camscan.report.charts.bars import bars
from camscan.report.pdf.paint import painted

SVG = "{http://www.w3.org/2000/svg}"


def test_a_picture_gets_its_style() -> None:
    svg = etree.fromstring(str(painted(Markup(bars("k", "Makers", [("Axis", 3)], "Cameras")))))
    (style,) = svg.iter(f"{SVG}style")
    assert ".bar-chart .bars rect" in (style.text or "")
    assert svg.get("class") == "bar-chart"


def test_no_picture_stays_none() -> None:
    assert painted(Markup("")) == ""
