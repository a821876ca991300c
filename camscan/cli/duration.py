"""Lengths of time as people write them: 90s, 15m, 1h30m, 2d."""

from __future__ import annotations

import re

import click

_UNITS = {"d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
_WHOLE = re.compile(r"(?:\d{1,9}(?:\.\d{1,3})?[dhms])+", re.ASCII)
_PART = re.compile(r"(\d+(?:\.\d+)?)([dhms])")


def seconds_of(text: str) -> float | None:
    """Seconds; a number without a unit is seconds. None when it is no length above 0."""
    plain = text.strip().lower()
    if re.fullmatch(r"\d{1,9}(?:\.\d{1,3})?", plain, re.ASCII):
        plain += "s"
    if not _WHOLE.fullmatch(plain):
        return None
    total = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(plain))
    return total if total > 0 else None


def as_seconds(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> float | None:
    """A click callback: the option's value in seconds. Raises click.BadParameter."""
    if value is None:
        return None
    found = seconds_of(value)
    if found is None:
        raise click.BadParameter(f"{value!r} is no length of time: write 90s, 15m, 1h or 2d")
    return found
