"""CSV files of countries and networks into packed tables.

DB-IP Lite: `first,last,country` or `first,last,asn,organisation` without a heading, both IP
versions in one file. IPinfo Lite: a heading with `network, country_code, asn, as_name`.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from msgspec import Struct

from camscan.egress.range_table import encode
from camscan.egress.tables.fact import as_number, country_code, organisation_name
from camscan.egress.tables.packed import OPERATORS, pack_operators
from camscan.egress.tables.source import COUNTRY, NETWORK
from camscan.errors import SourceError

MOST_ROWS = 20_000_000
_PRESET = 1  # of xz: a table that is installed is made once on the user's machine, in seconds
_WIDTH = {4: 4, 6: 8}
_BITS = {4: 32, 6: 128}
_MOST_BAD = 100
_Row = tuple[str, str, str | None, int | None, str | None]


class Packed(Struct, frozen=True, kw_only=True):
    """The files of a packed table, and what went into them."""

    files: dict[str, bytes]
    gives: tuple[str, ...]
    ranges: int
    ipinfo: bool


class _Column:
    """Ranges of one IP version, as compact arrays until they are packed."""

    def __init__(self) -> None:
        self.first = array("Q")
        self.last = array("Q")
        self.country = array("I")
        self.asn = array("I")

    def ranges(self, numbers: array[int], values: list[str]) -> Iterator[tuple[int, int, str]]:
        """Sorted and disjoint: where two rows overlap (below an IPv6 /64), the first one wins."""
        order: range | list[int] = range(len(self.first))
        if any(self.first[i] > self.first[i + 1] for i in range(len(self.first) - 1)):
            order = sorted(order, key=self.first.__getitem__)
        following = 0
        for place in order:
            first, last = max(self.first[place], following), self.last[place]
            value = values[numbers[place]]
            if last < first or not value:
                continue
            following = last + 1
            yield first, last, value


def pack_csv(path: Path, shown: str) -> Packed:
    """Read a CSV file, called `shown` in messages, and pack it.

    Raises SourceError for one of no known layout.
    """
    columns = {4: _Column(), 6: _Column()}
    countries: dict[str, int] = {"": 0}
    names: dict[int, str] = {}
    count = 0
    rows, ipinfo = _rows(path, shown)
    for first_text, last_text, code, asn, name in rows:
        count += 1
        if count > MOST_ROWS:
            raise SourceError(f"{shown}: more than {MOST_ROWS:,} rows")
        ends = _ends(first_text, last_text)
        if ends is None:
            raise SourceError(f"{shown}: row {count}: no range of addresses")
        version, first, last = ends
        column = columns[version]
        column.first.append(first)
        column.last.append(last)
        column.country.append(countries.setdefault(code or "", len(countries)))
        column.asn.append(asn or 0)
        if asn is not None and name:
            names.setdefault(asn, name)
    return _packed(columns, countries, names, count, ipinfo=ipinfo)


def _packed(
    columns: dict[int, _Column],
    countries: dict[str, int],
    names: dict[int, str],
    count: int,
    *,
    ipinfo: bool,
) -> Packed:
    files: dict[str, bytes] = {}
    gives: list[str] = []
    if len(countries) > 1:
        gives.append(COUNTRY)
        codes = list(countries)
        for version, column in columns.items():
            files[f"country{version}.xz"] = encode(
                column.ranges(column.country, codes), _WIDTH[version], preset=_PRESET
            )
    if any(any(column.asn) for column in columns.values()):
        gives.append(NETWORK)
        for version, column in columns.items():
            numbers = sorted(set(column.asn))
            place = {asn: number for number, asn in enumerate(numbers)}
            indexes = array("I", (place[asn] for asn in column.asn))
            texts = [str(asn or "") for asn in numbers]
            files[f"asn{version}.xz"] = encode(
                column.ranges(indexes, texts), _WIDTH[version], preset=_PRESET
            )
        files[OPERATORS] = pack_operators(names, {}, _PRESET)
    return Packed(
        files=files,
        gives=tuple(gives),
        ranges=count,
        ipinfo=ipinfo,
    )


def _rows(path: Path, shown: str) -> tuple[Iterator[_Row], bool]:
    """Rows of any layout as (first, last, country, asn, name); whether they are IPinfo's."""
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        head = next(csv.reader(stream), [])
    layout = _layout(head)
    if layout is None:
        raise SourceError(
            f"{shown}: neither MMDB nor a CSV of `first,last,country` or `first,last,asn,name` as"
            " DB-IP writes them, nor one with the heading of IPinfo Lite"
        )
    read, headed = layout
    return _read(path, shown, read, headed=headed), headed


def _read(
    path: Path, shown: str, read: Callable[[list[str]], _Row], *, headed: bool
) -> Iterator[_Row]:
    bad = 0
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        rows = csv.reader(stream)
        if headed:
            next(rows, None)
        try:
            for row in rows:
                try:
                    yield read(row)
                except IndexError:
                    bad += 1
                    if row and bad > _MOST_BAD:
                        raise SourceError(
                            f"{shown}: line {rows.line_num}: too few columns"
                        ) from None
        except csv.Error as error:
            raise SourceError(f"{shown}: line {rows.line_num}: {error}") from error


def _layout(head: list[str]) -> tuple[Callable[[list[str]], _Row], bool] | None:
    """How to read a row, and whether the first line is a heading."""
    names = [name.strip().lower() for name in head]
    if "network" in names and ("country_code" in names or "asn" in names):
        return _headed(names), True
    if len(head) == 3 and _is_address(head[0]) and len(head[2]) == 2:
        return _country_row, False
    if len(head) == 4 and _is_address(head[0]) and as_number(head[2] or "1") is not None:
        return _network_row, False
    return None


def _headed(names: list[str]) -> Callable[[list[str]], _Row]:
    network = names.index("network")
    country, asn, name = (
        names.index(column) if column in names else None
        for column in ("country_code", "asn", "as_name")
    )

    def read(row: list[str]) -> _Row:
        return (
            row[network],
            "",
            country_code(row[country]) if country is not None else None,
            as_number(row[asn]) if asn is not None else None,
            organisation_name(row[name]) if name is not None else None,
        )

    return read


def _country_row(row: list[str]) -> _Row:
    return row[0], row[1], country_code(row[2]), None, None


def _network_row(row: list[str]) -> _Row:
    return row[0], row[1], None, as_number(row[2]), organisation_name(row[3])


def _is_address(text: str) -> bool:
    return _ends(text, text) is not None


def _ends(first_text: str, last_text: str) -> tuple[int, int, int] | None:
    """IP version and ends of a range, IPv6 by its upper 64 bits; a CIDR when `last_text` is
    empty."""
    version = 6 if ":" in first_text else 4
    parse = IPv6Address if version == 6 else IPv4Address
    try:
        if last_text:
            first, last = int(parse(first_text)), int(parse(last_text))
        else:
            plain, _, length = first_text.partition("/")
            first = int(parse(plain))
            bits = _BITS[version]
            length = length or str(bits)
            if not length.isdecimal() or int(length) > bits:
                return None
            low = (1 << (bits - int(length))) - 1
            first, last = first & ~low, first | low
    except ValueError:
        return None
    if first > last:
        return None
    shift = 0 if version == 4 else 64
    return version, first >> shift, last >> shift
