"""Templates of the reports that are HTML, one strict environment for all of them."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from camscan.report.detail import LONGEST, parts_of
from camscan.report.escape import plain

_SENTENCE_END = re.compile(r"(?<=[.;]) ")


def environment(*packages: str, longest: int = LONGEST) -> Environment:
    """Templates of `packages`, the first that has one wins.

    Whatever a network said is cleaned (`plain`), cut at `longest` characters and escaped on its
    way. Filters: `number`,
    `minute` (UTC), `size` (bytes for people),
    `parts` (a finding's detail, one part for each list that it speaks of).
    """
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package, "templates") for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=partial(_harmless, longest),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(number=_number, minute=_minute, size=_size, parts=_parts)
    return made


def _harmless(longest: int, value: object) -> object:
    """No text reaches the page with control or bidirectional characters, or without an end."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return plain(value, longest)
    return value


def _parts(detail: str, most: int = LONGEST) -> list[str]:
    """The parts of a detail, those of more than `most` characters cut at the ends of sentences."""
    found: list[str] = []
    for part in parts_of(detail):
        line = ""
        for sentence in _SENTENCE_END.split(part):
            if line and len(line) + len(sentence) >= most:
                found.append(line)
                line = ""
            line = f"{line} {sentence}" if line else sentence
            while len(line) > most:
                found.append(line[:most])
                line = line[most:]
        found.append(line)
    return [part for part in found if part]


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
