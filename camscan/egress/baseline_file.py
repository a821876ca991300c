"""The learned baseline as a file beside the journals: read whole, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import msgspec

from camscan.egress.baseline import SCHEMA, Baseline
from camscan.errors import StoreError

NAME = "egress-baseline.json"


def read_baseline(path: Path) -> Baseline:
    """The baseline of a file, an empty one where there is none. Raises StoreError."""
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Baseline()
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror or error}") from error
    try:
        found = msgspec.json.decode(data, type=Baseline)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(f"{path} is no {SCHEMA}: {error}") from error
    if found.schema != SCHEMA:
        raise StoreError(f"{path} has schema {found.schema!r}; this camscan reads {SCHEMA!r}")
    return found


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Replace the file in one step. Raises StoreError; the old file then stays."""
    temporary = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(msgspec.json.format(msgspec.json.encode(baseline), indent=1) + b"\n")
        temporary.replace(path)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror or error}") from error
