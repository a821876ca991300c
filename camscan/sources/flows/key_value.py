"""Fields of log lines written as `key=value` and `key="value"`, and the numbers in them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_FIELD = re.compile(r'\b(\w{1,40})=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))')
_LONGEST_URL = 2048
_FRACTIONS = ((10**17, 1e9), (10**14, 1e6), (10**11, 1e3))

Fields = dict[str, str]


def key_values(text: str) -> Fields:
    """The fields of a line; of a key that comes twice the last value."""
    return {key: quoted or bare for key, quoted, bare in _FIELD.findall(text)}


def count_of(fields: Fields, *names: str, digits: int = 18) -> int | None:
    """The whole number in the first of these fields that has one; None when none has."""
    for name in names:
        text = fields.get(name, "")
        if text.isascii() and text.isdigit() and len(text) <= digits:
            return int(text)
    return None


def port_of(fields: Fields, name: str) -> int | None:
    """A port; None when it is none."""
    number = count_of(fields, name)
    return number if number is not None and number < 65_536 else None


def epoch_seconds(number: int) -> float:
    """Seconds since the epoch of a number that is them, or milli-, micro- or nanoseconds."""
    return next((number / unit for least, unit in _FRACTIONS if number >= least), float(number))


def host_of_url(text: str) -> tuple[str | None, bool]:
    """The host of a URL, with or without a scheme, and whether it is https."""
    text = text[:_LONGEST_URL]
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        return parts.hostname, parts.scheme == "https"
    except ValueError:
        return None, False
