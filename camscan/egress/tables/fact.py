"""What one table knows of one address, whatever its format; unknown stays None."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from camscan.egress.address import Address
from camscan.egress.tables.source import DataSource

# Codes that tables print for "nobody knows" or for more than one country, and are no answer:
# user-assigned ones (ISO 3166-1), MaxMind's A1, A2, O1, AP and EU, DB-IP's ZZ.
_NO_COUNTRY = frozenset({"ZZ", "XX", "AA", "A1", "A2", "O1", "AP", "EU"})
_LONGEST = 200
_MOST_ASN = (1 << 32) - 1


class Fact(Struct, frozen=True, kw_only=True):
    """`country`: where the address is. `asn`, `organisation`: who runs it. `registered`: where the
    holder of the block is registered. `anycast`: the table itself says so."""

    country: str | None = None
    registered: str | None = None
    asn: int | None = None
    organisation: str | None = None
    anycast: bool = False


NOTHING = Fact()


class GeoTable(Protocol):
    """A table that is open for look-ups."""

    @property
    def source(self) -> DataSource:
        """Name, date, licence."""
        ...

    @property
    def fault(self) -> str | None:
        """Why a look-up failed, if one did."""
        ...

    def find(self, address: Address) -> Fact:
        """What it knows of a global address; NOTHING when it does not. Never raises."""
        ...


def country_code(text: object) -> str | None:
    """An ISO 3166-1 alpha-2 code in capitals, or None for anything else."""
    if not isinstance(text, str) or len(text) != 2 or not (text.isascii() and text.isalpha()):
        return None
    code = text.upper()
    return None if code in _NO_COUNTRY else code


def as_number(value: object) -> int | None:
    """An AS number from 13335, "13335" or "AS13335"; None for 0 and for anything else."""
    if isinstance(value, str):
        digits = value.strip().upper().removeprefix("AS")
        value = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 11 else None
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 < value <= _MOST_ASN else None


def organisation_name(value: object) -> str | None:
    """A name on one line, at most 200 characters; None when there is none."""
    if not isinstance(value, str):
        return None
    return " ".join(value.split())[:_LONGEST] or None
