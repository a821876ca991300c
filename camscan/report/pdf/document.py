"""The document as HTML for paper: its templates, its style sheet, and the summary that fits."""

from __future__ import annotations

from importlib.resources import files
from typing import cast

from jinja2 import Environment
from msgspec.structs import asdict

from camscan.findings.explained import explained
from camscan.model.run import Run
from camscan.report.html.groups import groups
from camscan.report.html.page import said
from camscan.report.html.pictures import Pictures
from camscan.report.html.trusted import trusted
from camscan.report.markup import environment
from camscan.report.pdf.choice import choice
from camscan.report.pdf.paint import painted
from camscan.report.pdf.typeset import pages

_PACKAGES = ("camscan.report.pdf", "camscan.report.html")
MOST_CHARACTERS = 800
"""Of one text: lines are broken in a time that grows with the square of its length."""
DENSITIES = ((10, 6, 300), (8, 4, 200), (6, 3, 120), (4, 2, 60))
"""What the summary tries in turn: lines of what needs doing, sentences, characters of a text."""


def document(run: Run) -> str:
    """The whole document. Raises LocalFaultError where nothing can be typeset."""
    made = environment(*_PACKAGES, longest=MOST_CHARACTERS)
    found = groups(run)
    given = said(run)
    charts = cast(Pictures, given["charts"])
    given |= {
        "chart": {key: painted(svg) for key, svg in asdict(charts).items()},
        "choice": choice(run, found),
        "kinds": {group.key: group for group in found},
        "explained": explained,
        "most": MOST_CHARACTERS,
        "style": trusted(_file("style.css")),
        "addressed": any(device.addresses for device in run.devices),
    }
    given["density"] = _density(made, given)
    return made.get_template("document.html").render(given)


def _density(made: Environment, given: dict[str, object]) -> tuple[int, int, int]:
    """The fullest summary that is one page: each is set alone, which takes little."""
    template = made.get_template("alone.html")
    for density in DENSITIES[:-1]:
        if pages(template.render(given, density=density)) == 1:
            return density
    return DENSITIES[-1]


def _file(name: str) -> str:
    return files("camscan.report.pdf").joinpath("templates", name).read_text(encoding="utf-8")
