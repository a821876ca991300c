"""MMDB files through maxminddb, and the schemas that their publishers use.

MaxMind and DB-IP: `country.iso_code`, `registered_country.iso_code`, `autonomous_system_number`,
`traits.…`. IPinfo: flat `country_code` or `country`, `asn` as "AS64500", `as_name`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import maxminddb

from camscan.egress.address import Address
from camscan.egress.tables.fact import (
    NOTHING,
    Fact,
    as_number,
    country_code,
    organisation_name,
)
from camscan.egress.tables.licence import publisher_of
from camscan.egress.tables.source import COUNTRY, GIVEN, NETWORK, DataSource
from camscan.errors import SourceError

_SAMPLE = 2000
# What maxminddb raises for a damaged file, beside its own error: a pointer that leads nowhere, text
# that is no UTF-8, nesting without end.
_DAMAGE = (maxminddb.InvalidDatabaseError, ValueError, OSError, RecursionError, MemoryError)


class MmdbTable:
    """One MMDB file, open. `fault` is set when it proves damaged; then it knows nothing more."""

    def __init__(
        self,
        path: Path,
        *,
        origin: str = GIVEN,
        source: DataSource | None = None,
        shown: str | None = None,
    ) -> None:
        """Messages call the file `shown`; a `source` that is known already is not made anew.

        Raises SourceError for a file that is none or holds neither countries nor networks.
        """
        self._shown = shown or str(path)
        try:
            self._reader = maxminddb.open_database(path)
            metadata = self._reader.metadata()
        except FileNotFoundError as error:
            raise SourceError(f"{self._shown}: no such file") from error
        except _DAMAGE as error:
            raise SourceError(f"{self._shown}: no MMDB that can be read ({error})") from error
        self.fault: str | None = None
        self._four_only = metadata.ip_version == 4
        self.source = source or _source(path, metadata, self._gives(), origin)

    def find(self, address: Address) -> Fact:
        """What the file knows of the address."""
        if self.fault is not None or (self._four_only and address.version == 6):
            return NOTHING
        try:
            return fact_of(self._reader.get(address))
        except _DAMAGE as error:
            self.fault = f"{self._shown}: damaged ({error})"
            return NOTHING

    def walk(self) -> int:
        """Read the whole file once; how many networks it holds. Raises SourceError where it is
        damaged."""
        networks = 0
        try:
            for _ in self._reader:
                networks += 1
        except _DAMAGE as error:
            raise SourceError(
                f"{self._shown}: damaged after {networks:,} networks ({error})"
            ) from error
        return networks

    def close(self) -> None:
        """Let go of the file, so that it can be moved on Windows."""
        self._reader.close()

    def _gives(self) -> tuple[str, ...]:
        """Which facts the first records hold: a schema is what is there, not what a name says."""
        has_country = has_network = False
        try:
            for number, (_, record) in enumerate(self._reader):
                fact = fact_of(record)
                has_country = has_country or fact.country is not None
                has_network = has_network or fact.asn is not None
                if number >= _SAMPLE or (has_country and has_network):
                    break
        except _DAMAGE as error:
            raise SourceError(f"{self._shown}: damaged ({error})") from error
        gives = (*((COUNTRY,) if has_country else ()), *((NETWORK,) if has_network else ()))
        if not gives:
            raise SourceError(
                f"{self._shown}: its records hold neither a country nor an AS number in a schema of"
                " MaxMind, DB-IP or IPinfo"
            )
        return gives


def _source(
    path: Path, metadata: maxminddb.reader.Metadata, gives: tuple[str, ...], origin: str
) -> DataSource:
    try:
        date = datetime.fromtimestamp(metadata.build_epoch, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError, TypeError):
        date = "date unknown"
    publisher = publisher_of(str(metadata.database_type))
    return DataSource(
        name=publisher.name,
        date=date,
        licence=publisher.licence,
        attribution=publisher.attribution,
        link=publisher.link,
        gives=gives,
        origin=origin,
        bytes=path.stat().st_size,
    )


def fact_of(record: object) -> Fact:
    """What one record says, whichever schema it has; NOTHING for anything else. Never raises."""
    if not isinstance(record, dict):
        return NOTHING
    traits = _inner(record, "traits")
    country = record.get("country_code")
    if country is None:
        country = record.get("country")
    if isinstance(country, dict):
        country = country.get("iso_code")
    asn = _first(record, traits, "autonomous_system_number")
    organisation = _first(record, traits, "autonomous_system_organization")
    if asn is None:
        asn = record.get("asn")
        organisation = organisation or record.get("as_name") or record.get("name")
    number = as_number(asn)
    return Fact(
        country=country_code(country),
        registered=country_code(_inner(record, "registered_country").get("iso_code")),
        asn=number,
        organisation=organisation_name(organisation) if number is not None else None,
        anycast=_first(record, traits, "is_anycast") is True,
    )


def _inner(record: dict[Any, Any], key: str) -> dict[Any, Any]:
    found = record.get(key)
    return found if isinstance(found, dict) else {}


def _first(record: dict[Any, Any], traits: dict[Any, Any], key: str) -> object:
    found = record.get(key)
    return traits.get(key) if found is None else found
