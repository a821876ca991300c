"""Placeholders in persona texts: `{name}` and `{name:argument}`; everything else in braces is kept.

Only lower-case names are placeholders, and only known ones are replaced, so the braces of
JavaScript and CSS in a page survive as they are.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(?::([^{}]*))?\}")

Lookup = Callable[[str, str], str | None]


def fill(text: str, lookup: Lookup) -> str:
    """Replace each placeholder that `lookup(name, argument)` knows; leave the others alone."""

    def one(match: re.Match[str]) -> str:
        value = lookup(match.group(1), match.group(2) or "")
        return match.group(0) if value is None else value

    return _PLACEHOLDER.sub(one, text)


def from_mapping(values: Mapping[str, str]) -> Lookup:
    """A lookup over fixed values; arguments are ignored."""
    return lambda name, _argument: values.get(name)


def chained(*lookups: Lookup) -> Lookup:
    """The first lookup that knows a name answers."""

    def look(name: str, argument: str) -> str | None:
        for lookup in lookups:
            value = lookup(name, argument)
            if value is not None:
                return value
        return None

    return look


_ALPHABETS = {
    "digits": "0123456789",
    "hex": "0123456789abcdef",
    "upper_hex": "0123456789ABCDEF",
    "letters": "ABCDEFGHJKLMNPQRSTUVWXYZ",
    "base62": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
}


def from_random(rng: random.Random) -> Lookup:
    """Generators, such as `{digits:9}` `{hex:32}` `{choice:a|b}` `{between:3:40}`."""

    def look(name: str, argument: str) -> str | None:
        if name in _ALPHABETS:
            return "".join(rng.choice(_ALPHABETS[name]) for _ in range(int(argument or "1")))
        if name == "choice":
            return rng.choice(argument.split("|"))
        if name == "between":
            low, high = argument.split(":")
            width = len(low) if low.startswith("0") else 0
            return str(rng.randint(int(low), int(high))).zfill(width)
        return None

    return look
