"""The run that `--baseline latest` compares with, by name: a file beside the journals."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from camscan.errors import StoreError
from camscan.inventory.state_file import read_state, replace_file

SCHEMA = "camscan.baseline/1"


class NamedBaseline(Struct, frozen=True, kw_only=True):
    """`run` is the id of a journal or the whole path of a JSON file."""

    schema: str = SCHEMA
    run: str
    by: str
    at: datetime


def read_named(path: Path) -> NamedBaseline | None:
    """The baseline that was named, None when none was. Raises StoreError."""
    return read_state(path, NamedBaseline, SCHEMA)


def write_named(path: Path, baseline: NamedBaseline) -> None:
    """Replace the file in one step. Raises StoreError."""
    replace_file(path, msgspec.json.encode(baseline) + b"\n")


def clear_named(path: Path) -> bool:
    """Take the name back; False when there was none. Raises StoreError."""
    try:
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise StoreError(f"cannot remove {path}: {error.strerror or error}") from error
    return True
