"""Who calls out, and to which country: a flow picture as inline SVG.

No small library draws bands between two columns without a browser or style attributes, which a
strict content security policy forbids; their layout is a few lines.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import ClassVar

from lxml import etree
from msgspec import Struct

from camscan.inventory.streamed import columns_of
from camscan.model.conversation import Verdict
from camscan.model.run import Run
from camscan.report.charts.svg import NAMESPACE, accessible
from camscan.report.escape import plain
from camscan.report.parties import SHOWN
from camscan.report.tally import UNKNOWN, maker_name

_MOST_NODES = 8
_WIDTH, _LEFT, _RIGHT, _NODE = 460, 140, 350, 8
_GAP, _TOP, _HEIGHT, _LEAST = 16, 30, 220, 3
NOWHERE = "no known country"
OTHERS = "others"
_GRAVITY = {verdict: place for place, verdict in enumerate(SHOWN)}


class Band(Struct, frozen=True, kw_only=True):
    """`devices` of one maker seen to call one country, with one verdict."""

    maker: str
    country: str
    verdict: Verdict
    devices: int


class _Called(Struct, gc=False):
    """Who called, where that is, and whether it was expected."""

    outside_alone: ClassVar[bool] = True

    device: str | None
    address: str
    country: str | None
    verdict: Verdict


def egress_bands(run: Run) -> tuple[Band, ...]:
    """What left the network, most devices first; makers and countries beyond the first eight are
    `others`, except where something unexpected or unknown went."""
    makers = {device.id: maker_name(device) for device in run.devices}
    seen: dict[tuple[str, str, Verdict], set[str]] = defaultdict(set)
    for talk in chain.from_iterable(columns_of(run.conversations, _Called)):
        if talk.verdict in _GRAVITY:
            maker = makers.get(talk.device or "", UNKNOWN)
            key = maker, talk.country or NOWHERE, talk.verdict
            seen[key].add(talk.device or talk.address)
    bands = [
        Band(maker=maker, country=country, verdict=verdict, devices=len(devices))
        for (maker, country, verdict), devices in seen.items()
    ]
    bands = _folded(bands)
    return tuple(sorted(bands, key=lambda b: (-b.devices, b.maker, b.country, b.verdict)))


def _folded(bands: list[Band]) -> list[Band]:
    makers = _kept(bands, "maker")
    countries = _kept(bands, "country")
    sums: Counter[tuple[str, str, Verdict]] = Counter()
    for band in bands:
        maker = band.maker if band.maker in makers else OTHERS
        country = band.country if band.country in countries else OTHERS
        sums[maker, country, band.verdict] += band.devices
    return [
        Band(maker=maker, country=country, verdict=verdict, devices=number)
        for (maker, country, verdict), number in sums.items()
    ]


def _kept(bands: list[Band], side: str) -> set[str]:
    """The first eight by gravity of what went there, then by devices."""
    weight: dict[str, tuple[int, int]] = {}
    for band in bands:
        gravity, devices = weight.get(getattr(band, side), (len(SHOWN), 0))
        worst = min(gravity, _GRAVITY[band.verdict])
        weight[getattr(band, side)] = (worst, devices - band.devices)
    return set(sorted(weight, key=lambda name: (*weight[name], name))[:_MOST_NODES])


def flow(key: str, title: str, bands: Iterable[Band]) -> str:
    """The picture: makers left, countries right, a band as broad as devices called. Empty
    without bands. Each band has the class `flow-VERDICT` and a title in words."""
    drawn = list(bands)
    if not drawn:
        return ""
    scale = _HEIGHT / sum(band.devices for band in drawn)
    breadth = {band: max(_LEAST, band.devices * scale) for band in drawn}
    svg = etree.fromstring(f'<svg xmlns="{NAMESPACE}" class="flow-picture"/>')
    _text(svg, _LEFT, 14, "Made by", "end", "flow-head")
    _text(svg, _RIGHT + _NODE, 14, "Called to", "start", "flow-head")
    left, foot_left = _column(svg, drawn, breadth, "maker")
    right, foot_right = _column(svg, drawn, breadth, "country")
    for band in sorted(drawn, key=lambda b: -_GRAVITY[b.verdict]):
        _ribbon(svg, band, left[band], right[band], breadth[band])
    svg.set("viewBox", f"0 0 {_WIDTH} {max(foot_left, foot_right):.0f}")
    accessible(svg, key, title, "; ".join(_words(band) for band in drawn))
    return etree.tostring(svg, encoding="unicode")


def _words(band: Band) -> str:
    noun = "device" if band.devices == 1 else "devices"
    return f"{band.devices:,} {noun} of {plain(band.maker, 60)} to {band.country}: {band.verdict}"


def _column(
    svg: etree._Element, bands: list[Band], breadth: dict[Band, float], side: str
) -> tuple[dict[Band, float], float]:
    """Draw one column of nodes; where each band starts, and the foot of the column."""
    nodes: dict[str, list[Band]] = defaultdict(list)
    for band in bands:
        nodes[getattr(band, side)].append(band)
    order = sorted(nodes, key=lambda n: (n == OTHERS, -sum(b.devices for b in nodes[n]), n))
    outer = side == "maker"
    place: dict[Band, float] = {}
    top: float = _TOP
    for name in order:
        start = top
        for band in nodes[name]:
            place[band] = top
            top += breadth[band]
        x = _LEFT if outer else _RIGHT
        _shape(svg, "rect", "flow-node", x=x, y=start, width=_NODE, height=top - start)
        label = plain(name, 18)
        anchor, at = ("end", _LEFT - 6) if outer else ("start", _RIGHT + _NODE + 6)
        _text(svg, at, (start + top) / 2 + 4, label, anchor, "flow-label")
        top = max(top, start + 4) + _GAP
    return place, top


def _ribbon(svg: etree._Element, band: Band, left: float, right: float, breadth: float) -> None:
    start, end = _LEFT + _NODE, _RIGHT
    middle = (start + end) / 2
    path = (
        f"M{start} {left:.1f}C{middle} {left:.1f} {middle} {right:.1f} {end} {right:.1f}"
        f"V{right + breadth:.1f}"
        f"C{middle} {right + breadth:.1f} {middle} {left + breadth:.1f} {start} "
        f"{left + breadth:.1f}Z"
    )
    shape = _shape(svg, "path", f"flow-band flow-{band.verdict}", d=path)
    etree.SubElement(shape, f"{{{NAMESPACE}}}title").text = _words(band)


def _shape(svg: etree._Element, tag: str, cls: str, **attributes: object) -> etree._Element:
    element = etree.SubElement(svg, f"{{{NAMESPACE}}}{tag}")
    element.set("class", cls)
    for name, value in attributes.items():
        element.set(name, f"{value:.1f}" if isinstance(value, float) else str(value))
    return element


def _text(svg: etree._Element, x: float, y: float, text: str, anchor: str, cls: str) -> None:
    element = _shape(svg, "text", cls, x=x, y=y)
    element.set("text-anchor", anchor)
    element.text = text
