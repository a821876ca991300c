"""IBM's Log Event Extended Format (LEEF), versions 1.0 and 2.0: a header, then `key=value`.

Source: IBM, "LEEF event components" and "Predefined LEEF event attributes": attributes are
separated by tabs, in version 2.0 by the character that a sixth header field names, itself or in
hexadecimal. Check Point leaves that field out; PAN-OS separates by pipes without saying so;
rsyslog writes `#011` for a tab.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from camscan.sources.flows.key_value import Fields

_HEADER = re.compile(
    r"\bLEEF: ?(?P<version>[12])(?:\.\d)?\|(?P<vendor>[^|]{0,256})\|(?P<product>[^|]{0,256})\|"
    r"[^|]{0,256}\|(?P<event>[^|]{0,1024})\|"
)
_DELIMITER = re.compile(r"(?:0?x(?P<code>[0-9A-Fa-f]{2,4})|(?P<itself>[^=|]?))\|")
_TAB, _ESCAPED_TAB = "\t", "#011"


class LeefEvent(NamedTuple):
    """One event; `event` is its id, `fields` are its attributes, keys as they are written."""

    vendor: str
    product: str
    event: str
    fields: Fields


def parse_leef(text: str) -> LeefEvent | None:
    """The event in a line, whatever stands before it; None when there is none."""
    found = _HEADER.search(text)
    if found is None:
        return None
    begin, delimiter = found.end(), _TAB
    named = _DELIMITER.match(text, begin) if found["version"] == "2" else None
    if named is not None:
        begin = named.end()
        delimiter = chr(int(named["code"], 16)) if named["code"] else named["itself"] or _TAB
    rest = text[begin:]
    if delimiter == _TAB and _TAB not in rest:
        delimiter = _ESCAPED_TAB if _ESCAPED_TAB in rest else "|"
    fields: Fields = {}
    for part in rest.split(delimiter):
        key, equals, value = part.partition("=")
        if equals:
            fields.setdefault(key.strip(), value.strip())
    return LeefEvent(found["vendor"], found["product"], found["event"], fields)
