"""Where runs are kept and how one is found again: by id, as `latest`, or as a JSON file."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path

import msgspec
import platformdirs

from camscan.errors import StoreError, UsageError
from camscan.inventory.contacts import Contacts
from camscan.inventory.journal import Journal, Record, read_ended, read_journal
from camscan.model.run import SCHEMA, Run

LATEST = "latest"
BASELINE = "baseline.json"
OVERRIDES = "overrides.toml"
_SUFFIX = ".jsonl"


def new_run_id(now: datetime) -> str:
    """Sortable by time, unique in practice: `20261124T030405Z-1a2b3c`."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


class Store:
    """The journals beside the data base at `db` (default: the user's data folder)."""

    def __init__(self, db: str | None = None) -> None:
        if db is not None and "://" in db:
            raise UsageError(f"--db {db}: only a path is supported; journals lie beside it")
        base = Path(db) if db is not None else Path(platformdirs.user_data_dir("camscan")) / "db"
        self.folder = base.parent / "runs"

    @property
    def baseline_path(self) -> Path:
        """Where the name of the baseline is."""
        return self.folder.parent / BASELINE

    @property
    def overrides_path(self) -> Path:
        """Where the user's words about devices are."""
        return self.folder.parent / OVERRIDES

    def open_journal(self, run_id: str) -> Journal:
        """A new journal for `run_id`. Raises StoreError when nothing can be written there."""
        return Journal(self.folder / f"{run_id}{_SUFFIX}")

    def run_ids(self) -> tuple[str, ...]:
        """Ids of all journals, oldest first."""
        try:
            names = sorted(entry.name for entry in os.scandir(self.folder))
        except OSError:
            return ()
        return tuple(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))

    def path_of(self, run_id: str) -> Path:
        """The journal of exactly this id, there or not."""
        return self.folder / f"{run_id}{_SUFFIX}"

    def journal_path(self, reference: str) -> Path:
        """The journal of an id (or a unique beginning of one) or of `latest`."""
        ids = self.run_ids()
        if reference == LATEST:
            if not ids:
                raise StoreError(f"there is no run yet in {self.folder}: start with camscan scan")
            return self.folder / f"{ids[-1]}{_SUFFIX}"
        matching = [run_id for run_id in ids if run_id.startswith(reference)]
        if reference in matching:
            matching = [reference]
        if len(matching) != 1:
            problem = "fits several runs" if matching else "is neither a run nor a file"
            raise StoreError(f"{reference!r} {problem}; runs are kept in {self.folder}")
        return self.folder / f"{matching[0]}{_SUFFIX}"

    def records(self, reference: str) -> tuple[Record, ...]:
        """All records of a run's journal."""
        return tuple(read_journal(self.journal_path(reference)))

    def contacts(self, reference: str) -> Contacts:
        """Every contact that a run made, read from its journal each time they are asked for."""
        path = self.journal_path(reference)
        return Contacts(lambda: read_journal(path))

    def ended_run(self, reference: str) -> Run | None:
        """The run as its journal ended, or None when it was cut off before that."""
        return read_ended(self.journal_path(reference))


def decode_run(data: bytes, name: str) -> Run:
    """A run from its JSON. Raises StoreError naming the key that is wrong."""
    try:
        run = msgspec.json.decode(data, type=Run)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(f"{name} is not a run of {SCHEMA}: {error}") from error
    if run.schema != SCHEMA:
        raise StoreError(f"{name} has schema {run.schema!r}; this camscan reads {SCHEMA!r}")
    return msgspec.structs.replace(run, conversations=tuple(run.conversations))


def encode_run(run: Run) -> bytes:
    """The JSON of a run, indented, UTF-8, ending in a newline."""
    return msgspec.json.format(msgspec.json.encode(run), indent=2) + b"\n"
