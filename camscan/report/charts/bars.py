"""A bar chart as inline SVG: leather draws it, the page's style sheet colours it."""

from __future__ import annotations

from collections.abc import Sequence

import leather
from lxml import etree

from camscan.report.charts.svg import accessible, bare
from camscan.report.escape import plain

_MOST_BARS = 10
_LABEL = 22
_WIDTH, _BAR, _FOOT = 420, 26, 60
_MARGIN = 21
"""What leather leaves around a chart."""


def bars(key: str, title: str, rows: Sequence[tuple[str, int]], unit: str) -> str:
    """One horizontal bar a row, in the order given, its number beside its name.

    Beyond ten rows the rest is one bar, "N others". `key` makes ids unique in the page; `unit`
    names what is counted, for a reader who hears the chart. Empty without rows.
    """
    if not rows:
        return ""
    shown = _few(rows)
    chart = leather.Chart()
    chart.add_x_scale(0, max(1, *(number for _, number in shown)))
    chart.add_bars([(number, f"{plain(label, _LABEL)} {number:,}") for label, number in shown])
    height = _BAR * len(shown)
    svg = bare(etree.fromstring(chart.to_svg(width=_WIDTH, height=height + _FOOT)))
    # The numbers stand beside the names: the axis of numbers goes, and its room with it.
    svg.set("class", "bar-chart")
    svg.set("viewBox", f"0 {_MARGIN - 4} {_WIDTH} {height + 8}")
    words = ", ".join(f"{plain(label, 80)} {number:,}" for label, number in shown)
    accessible(svg, key, title, f"{unit}: {words}")
    return etree.tostring(svg, encoding="unicode")


def _few(rows: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    if len(rows) <= _MOST_BARS:
        return list(rows)
    rest = rows[_MOST_BARS - 1 :]
    others = (f"{len(rest):,} others", sum(number for _, number in rest))
    return [*rows[: _MOST_BARS - 1], others]
