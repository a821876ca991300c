"""A file becomes an installed table: unpacked, recognised, tested, dated; else it is refused."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from camscan.egress.tables import embedded
from camscan.egress.tables.csv_file import Packed, pack_csv
from camscan.egress.tables.fact import GeoTable
from camscan.egress.tables.installed import MMDB_FILE, Entry, Installed
from camscan.egress.tables.known import Tested, self_test
from camscan.egress.tables.licence import publisher_of
from camscan.egress.tables.mmdb import MmdbTable
from camscan.egress.tables.packed import PackedTable
from camscan.egress.tables.source import COUNTRY, INSTALLED, NETWORK, DataSource
from camscan.egress.tables.unpack import unpack
from camscan.errors import SourceError, UsageError

_MMDB_MARK = b"\xab\xcd\xefMaxMind.com"
_MARK_WITHIN = 128 * 1024  # MaxMind DB format: the metadata stands in the last 128 KiB
_CLOCKS_DIFFER = timedelta(days=2)
_DATE_IN_NAME = re.compile(r"(20\d\d)-?(0[1-9]|1[0-2])(?:-?([0-2]\d|3[01]))?(?!\d)")


class Offer(msgspec.Struct, frozen=True):
    """A file that the user offers: `name` is its published name (of a URL, or the file's own),
    `shown` how messages name it, `day` its date where the file does not say."""

    path: Path
    name: str
    shown: str
    day: date | None = None


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A table that passed: its entry, the folder it was made in, and how the self-test went."""

    entry: Entry
    place: Path
    tests: tuple[Tested, ...]


def check(offer: Offer, into: Path, now: datetime) -> Checked:
    """Make a table of the file in the folder `into` and test it.

    Raises SourceError for what is no table of the whole world, UsageError when its date is not
    known.
    """
    into.mkdir()
    plain = unpack(offer.path, into, offer.shown)
    digest = _sha256(plain)
    table: GeoTable
    if _is_mmdb(plain):
        path = plain.replace(into / MMDB_FILE)
        table = MmdbTable(path, origin=INSTALLED, shown=offer.shown)
        ranges, mmdb = table.walk(), True
    else:
        packed = pack_csv(plain, offer.shown)
        plain.unlink()
        table = _packed_table(packed, offer, into)
        ranges, mmdb = packed.ranges, False
    source = msgspec.structs.replace(table.source, sha256=digest)
    try:
        _check_date(offer, source, now)
        tests = self_test(table)
        _check_tests(offer, tests, table.fault)
    finally:
        if isinstance(table, MmdbTable):
            table.close()
    entry = Entry(
        folder=f"{'-'.join(source.gives)}-{digest[:16]}",
        mmdb=mmdb,
        source=source,
        file=offer.shown,
        ranges=ranges,
        installed=now,
    )
    return Checked(entry=entry, place=into, tests=tests)


def refuse_older(checked: Iterable[Checked], installed: Installed) -> None:
    """Raises UsageError when a table is older than the one whose place it would take."""
    present: dict[str, DataSource] = {what: embedded.source(what) for what in (COUNTRY, NETWORK)}
    for entry in reversed(installed.usable().tables):
        present |= dict.fromkeys(entry.source.gives, entry.source)
    for each in checked:
        source = each.entry.source
        for what in source.gives:
            if source.date < present[what].date:
                raise UsageError(
                    f"{each.entry.file}: of {source.date}, older than {present[what].label}, which"
                    " is in use; --allow-older takes it all the same"
                )


def _is_mmdb(path: Path) -> bool:
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _MARK_WITHIN))
        return _MMDB_MARK in stream.read()


def _packed_table(packed: Packed, offer: Offer, into: Path) -> PackedTable:
    if not packed.gives:
        raise SourceError(f"{offer.shown}: no row has a country or an AS number")
    for name, data in packed.files.items():
        (into / name).write_bytes(data)
    day = _day_in(offer.name) or offer.day
    if day is None:
        raise UsageError(f"{offer.shown}: neither file nor name says of when it is; give --date")
    publisher = publisher_of("ipinfo lite" if packed.ipinfo else offer.name)
    source = DataSource(
        name=publisher.name,
        date=day.isoformat(),
        licence=publisher.licence,
        attribution=publisher.attribution,
        link=publisher.link,
        gives=packed.gives,
        origin=INSTALLED,
        bytes=sum(map(len, packed.files.values())),
    )
    return PackedTable(source, lambda name: (into / name).read_bytes())


def _day_in(name: str) -> date | None:
    """The date in a name like `dbip-country-lite-2026-11.csv.gz`: of a month, its first day."""
    found = _DATE_IN_NAME.search(name)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return None


def _check_date(offer: Offer, source: DataSource, now: datetime) -> None:
    try:
        made = datetime.fromisoformat(source.date).replace(tzinfo=UTC)
    except ValueError as error:
        raise SourceError(f"{offer.shown}: its build date cannot be read") from error
    if made > now + _CLOCKS_DIFFER:
        raise SourceError(
            f"{offer.shown}: of {source.date}, which is to come; is this machine's clock right?"
        )


def _check_tests(offer: Offer, tests: tuple[Tested, ...], fault: str | None) -> None:
    if fault is not None:
        raise SourceError(f"{offer.shown}: {fault}")
    failed = [str(test) for test in tests if not test.passed]
    if failed:
        raise SourceError(
            f"{offer.shown}: no table of the whole world, or a wrong one: {'; '.join(failed)}."
            " Nothing was changed. A table of a part of the world is read with --geo-db FILE"
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
