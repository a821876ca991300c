"""CISA's Known Exploited Vulnerabilities catalogue, as its JSON file has it (CC0 1.0).

Schema: https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities_schema.json
"""

from __future__ import annotations

import re
from datetime import date

import msgspec
from msgspec import Struct

LIMIT = 32 << 20
"""Bytes; the catalogue had about 2 MB and 1,674 entries in August 2026."""
MOST = 100_000
_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")
_VERSION = re.compile(r"[0-9.]{1,32}")


class Catalogue(Struct, frozen=True, kw_only=True):
    """`version` and, by CVE, the day on which each was added."""

    version: str
    added: dict[str, date]


class Malformed(Struct, frozen=True):
    """Not a catalogue, and why."""

    reason: str


class _Entry(Struct):
    cveID: str  # noqa: N815 - the catalogue's own name
    dateAdded: str  # noqa: N815


class _Document(Struct):
    catalogVersion: str  # noqa: N815
    vulnerabilities: list[_Entry]


def parse_kev(data: bytes) -> Catalogue | Malformed:
    """The catalogue in `data`; never raises. Entries without a CVE or a date are left out."""
    if len(data) > LIMIT:
        return Malformed(f"larger than {LIMIT >> 20} MB")
    try:
        found = msgspec.json.decode(data, type=_Document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Malformed(f"no KEV catalogue: {error}")
    if not _VERSION.fullmatch(found.catalogVersion):
        return Malformed("no KEV catalogue: catalogVersion is no version like 2026.08.21")
    if len(found.vulnerabilities) > MOST:
        return Malformed(f"more than {MOST:,} entries")
    added: dict[str, date] = {}
    for entry in found.vulnerabilities:
        day = _day(entry.dateAdded)
        if day is not None and _CVE.fullmatch(entry.cveID):
            added.setdefault(entry.cveID, day)
    if not added:
        return Malformed("no KEV catalogue: no entry with a CVE and a date")
    return Catalogue(version=found.catalogVersion, added=added)


def _day(text: str) -> date | None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
