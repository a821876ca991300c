"""Small files beside the journals: read whole, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from camscan.errors import StoreError


class _Kept(Protocol):
    @property
    def schema(self) -> str: ...


_K = TypeVar("_K", bound=_Kept)


def read_state(path: Path, kind: type[_K], schema: str) -> _K | None:
    """What a JSON file of `schema` holds, None where there is none. Raises StoreError."""
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror or error}") from error
    try:
        found = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(f"{path} is no {schema}: {error}") from error
    if found.schema != schema:
        raise StoreError(f"{path} has schema {found.schema!r}; this camscan reads {schema!r}")
    return found


def replace_file(path: Path, data: bytes) -> None:
    """Replace the file in one step. Raises StoreError; the old file then stays."""
    temporary = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror or error}") from error
