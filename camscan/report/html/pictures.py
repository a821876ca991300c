"""The charts of the first screen; an empty one means that there is nothing to draw."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup
from msgspec import Struct

from camscan.model.count import count
from camscan.model.run import Run
from camscan.report.charts.bars import bars
from camscan.report.charts.flow import Band, flow
from camscan.report.html.groups import Group, list_matches
from camscan.report.html.trusted import trusted
from camscan.report.tally import by_maker, by_site, cameras


class Pictures(Struct, frozen=True, kw_only=True):
    """Inline SVG that may stand in the page as it is."""

    makers: Markup
    sites: Markup
    classes: Markup
    lists: Markup
    flow: Markup


def pictures(run: Run, bands: Sequence[Band], found: Sequence[Group]) -> Pictures:
    """All charts of `run`; sites only where there are several."""
    makers = [(row.maker, row.cameras) for row in by_maker(cameras(run))]
    sites = [(row.site, row.totals.cameras) for row in by_site(run)]
    sites.sort(key=lambda row: -row[1])
    totals = count(run.devices)
    classes = [
        ("Cameras", totals.cameras),
        ("Recorders", totals.recorders),
        ("Encoders", totals.encoders),
        ("Intercoms", totals.intercoms),
        ("Other devices", totals.others),
    ]
    return Pictures(
        makers=_bars("makers", "Cameras by maker", makers, "Cameras"),
        sites=_bars("sites", "Cameras by site", sites if len(sites) > 1 else [], "Cameras"),
        classes=_bars("classes", "Devices by class", [c for c in classes if c[1]], "Devices"),
        lists=_bars("lists", "Devices with a match on a list", list_matches(found), "Devices"),
        flow=trusted(flow("chart-flow", "Calls out, by country", bands)),
    )


def _bars(key: str, title: str, rows: Sequence[tuple[str, int]], unit: str) -> Markup:
    return trusted(bars(f"chart-{key}", title, rows, unit))
