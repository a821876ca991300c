"""Templates of the reports that are HTML, one strict environment for all of them."""

from __future__ import annotations

import re
from datetime import datetime

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from camscan.report.escape import plain

_MATCH = re.compile(r" (?=\[[a-z-]{3,40}\] )")
_LONGEST = 8000
"""The wording of a list must not lose its end."""


def environment(*packages: str) -> Environment:
    """Templates of `packages`, the first that has one wins.

    Whatever a network said is cleaned (`plain`) and escaped on its way. Filters: `number`,
    `minute` (UTC), `size` (bytes for people),
    `parts` (a finding's detail, one part for each list that it speaks of).
    """
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package, "templates") for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(number=_number, minute=_minute, size=_size, parts=_parts)
    return made


def _harmless(value: object) -> object:
    """No text reaches the page with control or bidirectional characters, or without an end."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return plain(value, _LONGEST)
    return value


def _parts(detail: str) -> list[str]:
    """A detail where each match with a list begins with its kind, `[named] …`, cut there."""
    return _MATCH.split(detail[:_LONGEST])


def _number(value: int) -> str:
    return f"{value:,}"


def _minute(value: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M} UTC"


def _size(value: int | None) -> str:
    """Bytes for people, decimal units; `?` when the source cannot know."""
    if value is None:
        return "?"
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if value >= factor:
            return f"{value / factor:,.1f} {unit}"
    return f"{value} B"
