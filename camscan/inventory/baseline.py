"""The run that `--baseline latest` compares with, by name: a file beside the journals."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from camscan.errors import StoreError

SCHEMA = "camscan.baseline/1"


class NamedBaseline(Struct, frozen=True, kw_only=True):
    """`run` is the id of a journal or the whole path of a JSON file."""

    schema: str = SCHEMA
    run: str
    by: str
    at: datetime


def read_named(path: Path) -> NamedBaseline | None:
    """The baseline that was named, None when none was. Raises StoreError."""
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror or error}") from error
    try:
        found = msgspec.json.decode(data, type=NamedBaseline)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(f"{path} is no {SCHEMA}: {error}") from error
    if found.schema != SCHEMA:
        raise StoreError(f"{path} has schema {found.schema!r}; this camscan reads {SCHEMA!r}")
    return found


def write_named(path: Path, baseline: NamedBaseline) -> None:
    """Replace the file in one step. Raises StoreError."""
    temporary = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(msgspec.json.encode(baseline) + b"\n")
        temporary.replace(path)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror or error}") from error


def clear_named(path: Path) -> bool:
    """Take the name back; False when there was none. Raises StoreError."""
    try:
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise StoreError(f"cannot remove {path}: {error.strerror or error}") from error
    return True
