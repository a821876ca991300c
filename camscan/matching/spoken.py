"""The part of a value in which a device speaks of itself.

Sources: RFC 7617 section 2 (realm), ONVIF Core Specification (scopes).
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from camscan.matching.pattern import VALUE_LIMIT

SCOPE: Final = "onvif://www.onvif.org/"
_MOST_REALMS: Final = 4
_REALM: Final = re.compile(r'realm="?([^",]{0,128})', re.IGNORECASE)


def is_challenge(field: str) -> bool:
    """True for WWW-Authenticate of any protocol."""
    return field.endswith("www_authenticate")


def spoken(field: str, value: str) -> str:
    """The realms of a challenge, the path of an ONVIF scope; of another field the whole value."""
    if is_challenge(field):
        return " ".join(_REALM.findall(value[:VALUE_LIMIT])[:_MOST_REALMS])
    if field == "wsd.scope":
        return unquote(value[len(SCOPE) : VALUE_LIMIT]) if value.startswith(SCOPE) else ""
    return value
