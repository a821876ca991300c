"""What the prefix that an administrator gave to a logging rule says of the packet."""

from __future__ import annotations

import re

_STOPS = re.compile(
    r"(?<![a-z])(?:drop|dropped|reject|rejected|block|blocked|deny|denied|discard|discarded)(?![a-z])",
    re.IGNORECASE,
)


def says_stopped(prefix: str) -> bool:
    """Whether a word of it says that the packet was stopped."""
    return _STOPS.search(prefix) is not None
