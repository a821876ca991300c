"""The detail of a finding in its parts: one for each list that it speaks of."""

from __future__ import annotations

import re

LONGEST = 8000
"""Characters of a detail that are told: the wording of a list must not lose its end."""
_MATCH = re.compile(r" (?=\[[a-z-]{3,40}\] )")


def parts_of(detail: str) -> list[str]:
    """A detail cut where each match with a list begins with its kind, `[named] …`."""
    return _MATCH.split(detail[:LONGEST])
