"""Where an address is and who runs it: two facts from two tables, each with its name and date.

The default is embedded (geodata/, built by tools/geo_pack.py); a user's own MMDB files replace
what they hold. Nothing is downloaded. Addresses that are not global are never looked up.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from camscan.egress.address import is_global, parse, unwrapped
from camscan.egress.anycast import is_anycast
from camscan.egress.range_table import RangeTable, decode
from camscan.errors import DataError, SourceError

if TYPE_CHECKING:
    import maxminddb

OLD_DAYS = 90


class DataSource(Struct, frozen=True, kw_only=True):
    """One table: printed `name`, data `date` (ISO), licence and the attribution to print."""

    name: str
    date: str
    licence: str
    attribution: str
    link: str

    @property
    def label(self) -> str:
        """How a report names the table."""
        return f"{self.name}, {self.date}"

    def is_old(self, now: datetime) -> bool:
        """True when the data is older than 90 days (or its date cannot be read)."""
        try:
            made = datetime.fromisoformat(self.date).replace(tzinfo=UTC)
        except ValueError:
            return True
        return (now - made).days > OLD_DAYS


class GeoAnswer(Struct, frozen=True, kw_only=True):
    """`country` is where the address is located; `asn`, `organisation` and `operator_country`
    (where the network's holder is registered) say who runs it. None is unknown; an anycast
    address has no country."""

    country: str | None = None
    country_source: str | None = None
    anycast: bool = False
    asn: int | None = None
    organisation: str | None = None
    operator_country: str | None = None
    network_source: str | None = None


class Geo:
    """Look-ups in the embedded tables and, before them, in the user's MMDB files."""

    def __init__(self, databases: Iterable[Path] = ()) -> None:
        self._readers = [_open_mmdb(path) for path in databases]
        self._answers: dict[str, GeoAnswer] = {}

    @classmethod
    def embedded(cls) -> Geo:
        """The embedded tables only."""
        return cls()

    @property
    def attribution(self) -> tuple[str, ...]:
        """One line a table, as its licence asks: name, date, licence, whom to credit."""
        return tuple(
            ", ".join(filter(None, (source.label, source.licence, source.attribution, source.link)))
            for source in self.sources
        )

    def lookup(self, address: str) -> GeoAnswer:
        """Both facts for one address text; empty for anything that is not global."""
        known = self._answers.get(address)
        if known is None:
            known = self._answers[address] = self._look_up(address)
        return known

    @cached_property
    def sources(self) -> tuple[DataSource, ...]:
        """Every table in use: the user's own, then the embedded ones."""
        own = tuple(
            DataSource(
                name=reader.metadata().database_type,
                date=datetime.fromtimestamp(reader.metadata().build_epoch, UTC).date().isoformat(),
                licence="the user's own",
                attribution="",
                link="",
            )
            for reader in self._readers
        )
        embedded = (self._source(part) for part in ("country", "network", "operator"))
        return own + tuple(embedded)

    def _look_up(self, text: str) -> GeoAnswer:
        address = parse(text)
        if address is None or not is_global(address):
            return GeoAnswer()
        plain = unwrapped(address)
        anycast = is_anycast(plain)
        four = plain.version == 4
        number = int(plain) if four else int(plain) >> 64
        country = (self._country4 if four else self._country6).find(number)
        network = (self._asn4 if four else self._asn6).find(number)
        asn = int(network) if network else None
        registered, organisation = self._operators.get(asn or 0, ("", ""))
        answer = GeoAnswer(
            country=None if anycast else country,
            country_source=self._source("country").label if country and not anycast else None,
            anycast=anycast,
            asn=asn,
            organisation=organisation or None,
            operator_country=registered or None,
            network_source=self._source("network").label if asn else None,
        )
        for reader, source in zip(self._readers, self.sources, strict=False):
            answer = _overlaid(answer, reader.get(str(plain)), source.label)
        return answer

    def _source(self, part: str) -> DataSource:
        entry = self._manifest[part]
        return DataSource(**{field: entry[field] for field in DataSource.__struct_fields__})

    @cached_property
    def _manifest(self) -> dict[str, dict[str, str]]:
        loaded: dict[str, dict[str, str]] = json.loads(_read("manifest.json"))
        return loaded

    @cached_property
    def _country4(self) -> RangeTable:
        return decode(_read("country4.xz"), "country4.xz")

    @cached_property
    def _country6(self) -> RangeTable:
        return decode(_read("country6.xz"), "country6.xz")

    @cached_property
    def _asn4(self) -> RangeTable:
        return decode(_read("asn4.xz"), "asn4.xz")

    @cached_property
    def _asn6(self) -> RangeTable:
        return decode(_read("asn6.xz"), "asn6.xz")

    @cached_property
    def _operators(self) -> _Operators:
        return _Operators(_read("operators.xz"))


class _Operators:
    """AS number to (registered country, name), kept as one text and searched line by line."""

    def __init__(self, packed: bytes) -> None:
        try:
            self._text = "\n" + lzma.decompress(packed).decode("utf-8", "replace") + "\n"
        except lzma.LZMAError as error:
            raise DataError(f"operators.xz: damaged ({error}); reinstall camscan") from error

    def get(self, asn: int, default: tuple[str, str]) -> tuple[str, str]:
        start = self._text.find(f"\n{asn}\t")
        if start < 0:
            return default
        line = self._text[start + 1 : self._text.index("\n", start + 1)]
        _, country, name = line.split("\t", 2)
        return country, name


def _read(name: str) -> bytes:
    return resources.files("camscan.egress").joinpath("geodata", name).read_bytes()


def _open_mmdb(path: Path) -> maxminddb.Reader:
    try:
        import maxminddb
    except ImportError as error:
        raise SourceError(f"{path}: reading MMDB needs `pip install 'camscan[geo]'`") from error
    try:
        return maxminddb.open_database(path)
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        raise SourceError(f"{path}: {error}") from error


def _overlaid(answer: GeoAnswer, record: object, label: str) -> GeoAnswer:
    """Put what a user's record says over the embedded answer.

    Schemas: MaxMind and DB-IP (`country.iso_code`, `autonomous_system_number`), IPinfo
    (`country_code` or `country`, `asn` as `AS64500`, `as_name`).
    """
    if not isinstance(record, dict):
        return answer
    country = record.get("country_code") or record.get("country")
    if isinstance(country, dict):
        country = country.get("iso_code")
    asn = record.get("autonomous_system_number") or record.get("asn")
    organisation = record.get("autonomous_system_organization") or record.get("as_name")
    if isinstance(asn, str):
        digits = asn.upper().removeprefix("AS")
        asn = int(digits) if digits.isdigit() else None
    has_country = isinstance(country, str) and len(country) == 2 and not answer.anycast
    has_network = isinstance(asn, int)
    return GeoAnswer(
        country=str(country) if has_country else answer.country,
        country_source=label if has_country else answer.country_source,
        anycast=answer.anycast,
        asn=int(asn) if isinstance(asn, int) else answer.asn,
        organisation=str(organisation or "") or None if has_network else answer.organisation,
        operator_country=None if has_network and asn != answer.asn else answer.operator_country,
        network_source=label if has_network else answer.network_source,
    )
