"""The user's installed tables: a folder, a record that is swapped whole, and the ones before.

The record (tables.json) names the folders in use; a folder is complete before the record names
it. So a reader sees the old set or the new one, and a crash leaves at worst an unused folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec
import platformdirs

from camscan.egress.tables.fact import GeoTable
from camscan.egress.tables.packed import PackedTable
from camscan.egress.tables.source import INSTALLED, DataSource
from camscan.errors import CamscanError, LocalFaultError, StoreError

SCHEMA = "camscan.geo/1"
RECORD = "tables.json"
MMDB_FILE = "table.mmdb"
_NEW = ".new-"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One installed table: `folder` below the data folder; `mmdb` or packed files in it; `file`
    is what it was made from, without credentials."""

    folder: str
    mmdb: bool
    source: DataSource
    file: str
    ranges: int
    installed: datetime


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """`tables` are in use, the strongest first; `before` were until the last change."""

    schema: str = SCHEMA
    tables: tuple[Entry, ...] = ()
    before: tuple[Entry, ...] = ()


class Installed:
    """The folder of installed tables (default: geo/ in the user's data folder)."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(platformdirs.user_data_dir("camscan")) / "geo"

    def record(self) -> Record:
        """What is installed; empty when nothing is. Raises StoreError for a damaged record."""
        path = self.folder / RECORD
        try:
            record = msgspec.json.decode(path.read_bytes(), type=Record)
        except (FileNotFoundError, NotADirectoryError):
            return Record()
        except (OSError, msgspec.DecodeError) as error:
            raise StoreError(
                f"{path}: cannot be read ({error}); `camscan geo update --reset` goes back to the"
                " embedded tables"
            ) from error
        if record.schema != SCHEMA:
            raise StoreError(f"{path}: written by another version of camscan ({record.schema})")
        return record

    def open(self) -> tuple[tuple[GeoTable, ...], tuple[str, ...]]:
        """The tables that can be read, and for each of the others why not. Never raises."""
        tables, faults = [], []
        try:
            entries = self.record().tables
        except StoreError as error:
            return (), (str(error),)
        for entry in entries:
            try:
                tables.append(self._open(entry))
            except (CamscanError, OSError) as error:
                faults.append(f"{entry.source.label}, installed: {error}")
        return tuple(tables), tuple(faults)

    @contextlib.contextmanager
    def workplace(self) -> Iterator[Path]:
        """A folder beside the installed ones, gone afterwards. Raises LocalFaultError."""
        with _writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            place = Path(tempfile.mkdtemp(prefix=_NEW, dir=self.folder))
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def install(self, made: list[tuple[Entry, Path]]) -> Record:
        """Take complete folders in, and put them before what they do not replace.

        A table is replaced when the new ones give every fact that it gives.
        """
        old = self.usable()
        given = {what for entry, _ in made for what in entry.source.gives}
        kept = [entry for entry in old.tables if not given.issuperset(entry.source.gives)]
        with _writing(self.folder):
            for entry, place in made:
                target = self.folder / entry.folder
                if target.exists():  # the same bytes: another name would be another folder
                    shutil.rmtree(target)
                place.replace(target)
        return self._swap(Record(tables=(*(entry for entry, _ in made), *kept), before=old.tables))

    def back(self) -> Record:
        """Use the tables before the last change again; the present ones become those before."""
        old = self.record()
        return self._swap(Record(tables=old.before, before=old.tables))

    def reset(self) -> Record:
        """Use none of them: the embedded tables speak. What was in use is kept as `before`."""
        old = self.usable()
        return self._swap(Record(before=old.tables or old.before))

    def usable(self) -> Record:
        """The record; an unreadable one is as good as none to a change that replaces it."""
        try:
            return self.record()
        except StoreError:
            return Record()

    def _open(self, entry: Entry) -> GeoTable:
        folder = self.folder / Path(entry.folder).name
        source = msgspec.structs.replace(entry.source, origin=INSTALLED)
        if not folder.is_dir():
            raise StoreError(f"{folder} is gone; install it again or use --reset")
        if entry.mmdb:
            from camscan.egress.tables.mmdb import MmdbTable

            return MmdbTable(folder / MMDB_FILE, source=source)
        return PackedTable(source, _reader(folder))

    def _swap(self, record: Record) -> Record:
        """Write the record whole, then remove folders that it does not name."""
        with _writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=_NEW, dir=self.folder)
            temporary = Path(name)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(msgspec.json.format(msgspec.json.encode(record), indent=1))
                    stream.flush()
                    os.fsync(stream.fileno())
                temporary.replace(self.folder / RECORD)
            except OSError:
                temporary.unlink(missing_ok=True)
                raise
        named = {entry.folder for entry in (*record.tables, *record.before)}
        for folder in self.folder.iterdir():
            if folder.is_dir() and folder.name not in named and not folder.name.startswith(_NEW):
                # On Windows another camscan may hold it open: the next change removes it.
                shutil.rmtree(folder, ignore_errors=True)
        return record


def _reader(folder: Path) -> Callable[[str], bytes]:
    return partial(_read, folder)


def _read(folder: Path, name: str) -> bytes:
    return (folder / name).read_bytes()


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LocalFaultError(
            f"{folder}: tables cannot be installed there ({error.strerror or error})"
        ) from error
