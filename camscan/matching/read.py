"""TOML text into strict tables: an unknown key or a wrong type is a DataError that names it."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

# What the standard library holds, as machine code, which reads five hundred files in a third.
import tomli

from camscan.errors import DataError
from camscan.matching.data import DataFile

T = TypeVar("T")
_PATH = re.compile(r" - at `\$(?P<path>[^`]*)`")
_STEP = re.compile(r"\.(?P<key>\w+)\[(?P<index>\d+)\]")


def parse(file: DataFile) -> dict[str, Any]:
    """The TOML document of `file`; DataError with file and line when it is none."""
    try:
        return tomli.loads(file.content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DataError(f"{file.name}: not UTF-8 ({error.reason})") from error
    except tomli.TOMLDecodeError as error:
        raise DataError(f"{file.name}: {error}") from error


def _where(document: dict[str, Any], path: str) -> str:
    """The id of the table that `path` (`.rule[3].field`) points into, else the path itself."""
    if step := _STEP.match(path):
        table = document.get(step["key"], [])
        number = int(step["index"])
        if isinstance(table, list) and number < len(table) and isinstance(table[number], dict):
            entry = table[number]
            name = entry.get("id") or entry.get("prefix") or entry.get("brand")
            inside = path[step.end() :].lstrip(".")
            where = f"{step['key']} {name or f'number {number + 1}'}"
            return f"{where}: {inside}" if inside else where
    return path.lstrip(".") or "top level"


def convert(file: DataFile, document: dict[str, Any], kind: type[T]) -> T:
    """`document` as `kind`; DataError naming file, table and what is wrong."""
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        text = str(error)
        found = _PATH.search(text)
        where = _where(document, found["path"]) if found else "top level"
        raise DataError(f"{file.name}: {where}: {_PATH.sub('', text)}") from error


def read(file: DataFile, kind: type[T]) -> T:
    """`file` as `kind`."""
    return convert(file, parse(file), kind)
