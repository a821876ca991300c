"""Where an address is and who runs it: two facts from two tables, each with its name and date.

Asked in this order: the user's own files (--geo-db), the tables that `camscan geo update` has
installed, the embedded ones. Nothing is downloaded here. What is not global is never looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from camscan.egress.address import is_global, parse, unwrapped
from camscan.egress.anycast import is_anycast
from camscan.egress.tables import embedded
from camscan.egress.tables.fact import GeoTable
from camscan.egress.tables.installed import Installed
from camscan.egress.tables.source import COUNTRY, NETWORK, OLD_DAYS, OPERATOR, DataSource

__all__ = ["OLD_DAYS", "DataSource", "Geo", "GeoAnswer"]

_HELD = 16384  # answers that are kept: cameras call the same few peers again and again


class GeoAnswer(Struct, frozen=True, kw_only=True):
    """`country` is where the address is located; `asn`, `organisation` and `operator_country`
    (where the network's holder is registered) say who runs it. None is unknown; an anycast
    address has no country. Each fact has its table and date in the `_source` beside it."""

    country: str | None = None
    country_source: str | None = None
    anycast: bool = False
    asn: int | None = None
    organisation: str | None = None
    operator_country: str | None = None
    network_source: str | None = None
    operator_source: str | None = None


_NOTHING = GeoAnswer()


class Geo:
    """Look-ups in the user's files, the installed tables and the embedded ones.

    Raises SourceError when a file of `databases` is no MMDB of countries or networks. `installed`
    None leaves the installed tables out; one that cannot be read is left out with a `fault`.
    """

    def __init__(
        self, databases: Iterable[Path] = (), *, installed: Installed | None = None
    ) -> None:
        own = [_open_mmdb(path) for path in databases]
        found, self._faults = (installed or Installed()).open()
        self._set_tables(own, found)

    @classmethod
    def embedded(cls) -> Geo:
        """The embedded tables only, whatever this user has installed."""
        geo = cls.__new__(cls)
        geo._faults = ()
        geo._set_tables([], ())
        return geo

    def _set_tables(self, own: Sequence[GeoTable], found: Sequence[GeoTable]) -> None:
        # An installed table is one of the whole world: what it does not know is unknown, and the
        # older embedded one is not asked. The user's own file may be of a part of the world.
        country = next((t for t in found if COUNTRY in t.source.gives), embedded.country_table())
        network = next((t for t in found if NETWORK in t.source.gives), embedded.network_table())
        self._country_tables = [*(t for t in own if COUNTRY in t.source.gives), country]
        self._network_tables = [*(t for t in own if NETWORK in t.source.gives), network]
        self._tables: list[GeoTable] = list({id(t): t for t in (*own, country, network)}.values())
        self._look_up_again = lru_cache(maxsize=_HELD)(self._look_up)

    @property
    def sources(self) -> tuple[DataSource, ...]:
        """Every table in use, the strongest first."""
        return (*(table.source for table in self._tables), embedded.source(OPERATOR))

    @property
    def attribution(self) -> tuple[str, ...]:
        """One line a table, as its licence asks: name, date, licence, whom to credit."""
        return tuple(source.credit for source in self.sources)

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with tables that should have been used: damaged, gone, overtaken."""
        read = (f"{t.source.label}: {t.fault}" for t in self._tables if t.fault is not None)
        return (*self._faults, *read, *self._overtaken())

    def lookup(self, address: str) -> GeoAnswer:
        """Both facts for one address text; empty for anything that is not global."""
        return self._look_up_again(address)

    def _look_up(self, text: str) -> GeoAnswer:
        address = parse(text)
        if address is None or not is_global(address):
            return _NOTHING
        plain = unwrapped(address)
        anycast = is_anycast(plain)
        country = country_source = registered = registered_source = None
        for table in self._country_tables:
            fact = table.find(plain)
            anycast = anycast or fact.anycast
            if registered is None and fact.registered is not None:
                registered, registered_source = fact.registered, table.source.label
            if fact.country is not None:
                country, country_source = fact.country, table.source.label
                break
        asn = organisation = network_source = None
        for table in self._network_tables:
            fact = table.find(plain)
            if fact.asn is not None:
                asn, organisation = fact.asn, fact.organisation
                network_source = table.source.label
                break
        operator, name = _operator(asn)
        if operator:
            # Of the AS, which says more about the operator than the entry of one block.
            registered, registered_source = operator, embedded.source(OPERATOR).label
        return GeoAnswer(
            country=None if anycast else country,
            country_source=None if anycast else country_source,
            anycast=anycast,
            asn=asn,
            organisation=organisation or name or None,
            operator_country=registered,
            network_source=network_source,
            operator_source=registered_source,
        )

    def _overtaken(self) -> Iterable[str]:
        for table in self._tables:
            source = table.source
            for what in source.gives:
                newer = embedded.source(what)
                if source.origin == "installed" and source.date < newer.date:
                    yield (
                        f"{source.label} is installed and older than what camscan brings"
                        f" ({newer.label}); `camscan geo update` takes a newer one or --reset"
                    )


@lru_cache(maxsize=_HELD)
def _operator(asn: int | None) -> tuple[str, str]:
    """Where an AS is registered and its name, each empty when unknown."""
    return embedded.operators().get(asn) if asn is not None else ("", "")


def _open_mmdb(path: Path) -> GeoTable:
    from camscan.egress.tables.mmdb import MmdbTable

    return MmdbTable(path)
