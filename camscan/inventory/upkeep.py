"""The store kept in order: what is in it, what is whole, what may go, and a copy of it."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from camscan.errors import StoreError
from camscan.inventory.journal import Ended, Listed, Record, Started
from camscan.inventory.store import BASELINE, OVERRIDES, Store
from camscan.model.run import SCHEMA, RunStatus

QUIET = timedelta(days=1)
"""A run without an end whose journal was written to since may still be going on."""
_BESIDE = (BASELINE, OVERRIDES, "egress-baseline.json")
_BLOCK = 1 << 16
_decoder = msgspec.json.Decoder(Record)


class Entry(Struct, frozen=True, kw_only=True):
    """One journal. `status` is that of its run, None where it has no end; `written` is the time
    of its file; `damaged` says that something cannot be read, `problems` also what is missing."""

    id: str
    size: int
    written: datetime
    command: str | None
    started: datetime | None
    status: RunStatus | None
    devices: int | None
    damaged: bool = False
    problems: tuple[str, ...] = ()


def entries(store: Store) -> Iterator[Entry]:
    """Every journal, oldest first, read line by line."""
    for run_id in store.run_ids():
        yield entry(store.path_of(run_id), run_id)


def entry(path: Path, run_id: str) -> Entry:
    """What one journal holds, and what is wrong with it. Raises StoreError."""
    started: Started | None = None
    ended: Ended | None = None
    problems: list[str] = []
    bad: list[int] = []
    number = devices = 0
    try:
        stat = path.stat()
        with path.open("rb") as handle:
            for number, line in enumerate(handle, start=1):
                try:
                    record = _decoder.decode(line)
                except (msgspec.DecodeError, UnicodeDecodeError):
                    bad.append(number)
                    continue
                if isinstance(record, Started):
                    started = started or record
                elif isinstance(record, Listed):
                    devices += len(record.devices)
                elif isinstance(record, Ended):
                    ended = record
    except OSError as error:
        raise StoreError(f"cannot read the journal {path}: {error.strerror}") from error
    # The last line of a run that was cut off, or that is being written at this moment.
    cut = bad == [number] and ended is None
    damaged = bool(bad) and not cut
    if bad:
        shown = ", ".join(map(str, bad[:5])) + (" …" if len(bad) > 5 else "")
        torn = " (torn at its end)" if cut else ""
        problems.append(f"{len(bad)} of {number} lines cannot be read: {shown}{torn}")
    if started is None:
        problems.append("it has no beginning: it cannot be resumed")
        damaged = True
    if ended is None:
        problems.append("it has no end: camscan scan --resume goes on, or the run still goes on")
    elif ended.run.schema != SCHEMA:
        problems.append(f"its run has schema {ended.run.schema!r}; this camscan reads {SCHEMA!r}")
        damaged = True
    elif ended.run.run.id != run_id:
        problems.append(f"its run calls itself {ended.run.run.id}")
        damaged = True
    return Entry(
        id=run_id,
        size=stat.st_size,
        written=datetime.fromtimestamp(stat.st_mtime).astimezone(),
        command=started.command if started is not None else None,
        started=started.at if started is not None else ended.run.run.started if ended else None,
        status=ended.status if ended is not None else None,
        devices=devices + len(ended.run.devices) if ended is not None else None,
        damaged=damaged,
        problems=tuple(problems),
    )


class Pruning(Struct, frozen=True, kw_only=True):
    """What goes, and what stays though it is old: (id, why)."""

    removed: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]


def prunable(
    store: Store,
    now: datetime,
    *,
    keep: int | None = None,
    older_than: timedelta | None = None,
    baseline: str | None = None,
) -> Pruning:
    """Journals beyond the newest `keep`, or written to for the last time longer ago than
    `older_than`; with both, only what is both. Never the baseline, nor a run that may be going on.
    """
    ids = store.run_ids()
    beyond = frozenset(ids if keep is None else ids[: max(0, len(ids) - keep)])
    removed, kept = [], []
    for run_id in ids:
        path = store.path_of(run_id)
        try:
            written = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
        except OSError as error:
            raise StoreError(f"cannot look at {path}: {error.strerror}") from error
        if run_id not in beyond or (older_than is not None and now - written <= older_than):
            continue
        if run_id == baseline:
            kept.append((run_id, "it is the baseline"))
        elif now - written < QUIET and not _has_ended(path):
            kept.append((run_id, "it has no end and was written to lately: it may be going on"))
        else:
            removed.append(run_id)
    return Pruning(removed=tuple(removed), kept=tuple(kept))


def _has_ended(path: Path) -> bool:
    """True when the last whole line is the record of an end."""
    with path.open("rb") as handle:
        end = whole_lines(handle)
        return b'"type":"ended"' in _last_line(handle, end)[:64]


def _last_line(handle: BinaryIO, end: int) -> bytes:
    at, held = max(0, end - 1), b""
    while at > 0:
        start = max(0, at - _BLOCK)
        handle.seek(start)
        held = handle.read(at - start) + held
        place = held.rfind(b"\n")
        if place >= 0:
            return held[place + 1 :]
        at = start
    return held


def whole_lines(handle: BinaryIO) -> int:
    """Bytes up to the end of the last whole line: what a writer has finished by now."""
    at = handle.seek(0, os.SEEK_END)
    while at > 0:
        start = max(0, at - _BLOCK)
        handle.seek(start)
        place = handle.read(at - start).rfind(b"\n")
        if place >= 0:
            return start + place + 1
        at = start
    return 0


def remove(store: Store, run_ids: Sequence[str]) -> int:
    """Remove journals; how many bytes that gives back. Raises StoreError at the first fault."""
    freed = 0
    for run_id in run_ids:
        path = store.path_of(run_id)
        try:
            freed += path.stat().st_size
            path.unlink()
        except OSError as error:
            raise StoreError(f"cannot remove {path}: {error.strerror}") from error
    return freed


def back_up(store: Store, target: Path) -> tuple[int, int]:
    """Everything of the store as a .tar.gz: number of files and their bytes.

    A journal that is being written is copied up to its last whole line, so every copy can be read
    and resumed. The file appears whole or not at all. Raises StoreError.
    """
    temporary = target.with_name(target.name + ".part")
    count = total = 0
    try:
        with tarfile.open(temporary, "w:gz") as archive:
            for path, name in _files(store):
                with path.open("rb") as handle:
                    lines = name.startswith("runs/")
                    size = whole_lines(handle) if lines else os.fstat(handle.fileno()).st_size
                    handle.seek(0)
                    info = tarfile.TarInfo(name)
                    info.size, info.mtime, info.mode = size, int(path.stat().st_mtime), 0o600
                    archive.addfile(info, handle)
                count, total = count + 1, total + size
        temporary.chmod(0o600)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        place = error.filename or target
        raise StoreError(f"cannot back up to {target}: {place}: {error.strerror}") from error
    return count, total


def _files(store: Store) -> Iterator[tuple[Path, str]]:
    for run_id in store.run_ids():
        path = store.path_of(run_id)
        yield path, f"runs/{path.name}"
    for name in _BESIDE:
        path = store.folder.parent / name
        if path.is_file():
            yield path, name
