"""A bar chart as inline SVG: pygal draws it, the page's style sheet colours it."""

from __future__ import annotations

from collections.abc import Sequence

import pygal
from lxml import etree
from pygal.style import Style

from camscan.report.charts.svg import accessible, bare
from camscan.report.escape import plain

_MOST_BARS = 10
_LABEL = 24
_WIDTH = 420
_BAR = 30
# What pygal keeps free for labels; the style sheet sets 12 px of a broader font than pygal's.
_LABEL_SIZE = 13


def bars(key: str, title: str, rows: Sequence[tuple[str, int]], unit: str) -> str:
    """One horizontal bar a row, in the order given; `key` makes ids unique in the page.

    Beyond ten rows the rest is one bar, "N others". `unit` names what is counted, for a reader
    who hears the chart. Empty without rows.
    """
    if not rows:
        return ""
    shown = _few(rows)
    chart = pygal.HorizontalBar(
        js=(),
        css=(),
        no_prefix=True,
        disable_xml_declaration=True,
        show_legend=False,
        # pygal turns the chart by swapping its axes: this is the one of numbers.
        show_x_labels=False,
        show_x_guides=False,
        show_y_guides=False,
        print_values=True,
        print_values_position="top",
        value_formatter=lambda value: f"{value:,.0f}",
        width=_WIDTH,
        height=_BAR * len(shown) + 16,
        margin=4,
        style=Style(label_font_size=_LABEL_SIZE, major_label_font_size=_LABEL_SIZE),
        spacing=6,
        range=(0, max(1, *(number for _, number in shown)) * 1.2),
    )
    # pygal counts bars from the bottom.
    chart.x_labels = [plain(label, _LABEL) for label, _ in reversed(shown)]
    chart.add("", [number for _, number in reversed(shown)])
    svg = bare(chart.render_tree())
    words = ", ".join(f"{plain(label, 80)} {number:,}" for label, number in shown)
    accessible(svg, key, title, f"{unit}: {words}")
    return etree.tostring(svg, encoding="unicode")


def _few(rows: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    if len(rows) <= _MOST_BARS:
        return list(rows)
    rest = rows[_MOST_BARS - 1 :]
    others = (f"{len(rest):,} others", sum(number for _, number in rest))
    return [*rows[: _MOST_BARS - 1], others]
