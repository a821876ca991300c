"""The fingerprints that camscan ships, read once for all tests of a process."""

from __future__ import annotations

from functools import cache

from camscan.matching.fingerprints import Fingerprints
from camscan.matching.load import load
from camscan.matching.match import Matcher


@cache
def shipped_data() -> Fingerprints:
    """All that matching needs."""
    return load()


@cache
def shipped_matcher() -> Matcher:
    """The judge that rests on them."""
    return Matcher(shipped_data())
