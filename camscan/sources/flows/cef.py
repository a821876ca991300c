"""ArcSight's Common Event Format (CEF): seven header fields, then `key=value` pairs.

Source: OpenText (before: Micro Focus), "ArcSight Common Event Format (CEF) Implementation
Standard": a pipe is escaped in the header, an equals sign in the extension, a backslash in both.
FortiGate's own documents have a space behind `CEF:`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from camscan.sources.flows.key_value import Fields

_CELL = r"((?:[^|\\]|\\.){0,1024})\|"
_HEADER = re.compile(rf"\bCEF: ?\d\|{_CELL * 6}")
_KEY = re.compile(r"[\w.\[\]-]{1,128}")
_ESCAPED = re.compile(r"\\(.)")
_BREAKS = {"n": "\n", "r": "\r"}


class CefEvent(NamedTuple):
    """One event; `fields` is its extension, keys as they are written."""

    vendor: str
    product: str
    event: str
    name: str
    fields: Fields


def parse_cef(text: str) -> CefEvent | None:
    """The event in a line, whatever stands before it; None when there is none."""
    found = _HEADER.search(text)
    if found is None:
        return None
    vendor, product, _, event, name, _ = map(_plain, found.groups())
    return CefEvent(vendor, product, event, name, parse_extension(text[found.end() :]))


def parse_extension(text: str, last: str | None = None) -> Fields:
    """Each value reaches to the next key; the first of a name counts.

    What follows the key `last` is free text that may look like keys.
    """
    fields: Fields = {}
    keys = _keys(text)
    for place, (start, end) in enumerate(keys):
        key = text[start:end]
        if key == last:
            break
        stop = keys[place + 1][0] if place + 1 < len(keys) else len(text)
        fields.setdefault(key, _plain(text[end + 1 : stop].strip()))
    return fields


def _keys(text: str) -> list[tuple[int, int]]:
    """Where the keys begin and end: words before an equals sign."""
    found: list[tuple[int, int]] = []
    behind, place = 0, text.find("=")
    while place >= 0:
        start = text.rfind(" ", behind, place) + 1
        if (start or not behind) and _KEY.fullmatch(text, start, place) is not None:
            found.append((start, place))
        behind = place + 1
        place = text.find("=", behind)
    return found


def labelled(fields: Fields, label: str) -> str | None:
    """The value of the custom field (cs1, cn1 …) that has this label."""
    for key, value in fields.items():
        if value == label and key.endswith("Label"):
            return fields.get(key.removesuffix("Label"))
    return None


def _plain(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda found: _BREAKS.get(found[1], found[1]), text)
