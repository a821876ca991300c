"""SVG made fit for a page."""

from __future__ import annotations

from lxml import etree

from camscan.report.charts.svg import accessible, bare

NAMESPACE = "http://www.w3.org/2000/svg"
DRAWN = f"""<svg width="4" height="3" version="1.1" xmlns="{NAMESPACE}"><g><rect fill="#f9f9f9"/>
<g class="axis bottom"><text>50</text></g><g class="axis left"><text>Axis</text></g>
<g class="series bars"><rect fill="red"/></g></g></svg>"""


def test_background_numbers_and_size_go_the_chart_stays() -> None:
    svg = bare(etree.fromstring(DRAWN))
    text = etree.tostring(svg, encoding="unicode")
    for word in ("f9f9f9", "50", "width", "height"):
        assert word not in text
    assert "Axis" in text
    assert 'fill="red"' in text


def test_what_has_neither_stays_as_it_is() -> None:
    assert bare(etree.fromstring(f'<svg xmlns="{NAMESPACE}"/>')).tag == f"{{{NAMESPACE}}}svg"


def test_it_is_one_image_with_a_name() -> None:
    svg = bare(etree.fromstring(DRAWN))
    accessible(svg, "k", "Makers", "Axis 1 < 2")
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "k-title"
    assert [svg[0].text, svg[1].text] == ["Makers", "Axis 1 < 2"]
    assert etree.QName(svg[0]).namespace == NAMESPACE
