"""overrides.toml: the user's words about devices, read strictly, written whole or not at all."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from camscan.errors import ConfigError
from camscan.inventory.overrides import Override
from camscan.inventory.state_file import replace_file
from camscan.model.identity import DeviceClass

_HEAD = """# What people said of devices: written by camscan set, read by every report.
# It stands in front of what was measured and never replaces it.
"""


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    said: tuple[Override, ...] = ()


def read_overrides(path: Path) -> tuple[Override, ...]:
    """The words of a file, none where there is no file. Raises ConfigError with the key."""
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read {path}: {error}") from error
    try:
        found = msgspec.convert(tomllib.loads(text), _File).said
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}") from error
    for number, one in enumerate(found, start=1):
        where = f"{path}: [[said]] {number}"
        if one.key == "class" and one.value not in set(DeviceClass):
            raise ConfigError(f"{where}: value: {one.value!r} is no class")
        if not one.value:
            raise ConfigError(f"{where}: value is empty; remove the table instead")
    return found


def write_overrides(path: Path, overrides: Sequence[Override]) -> None:
    """Replace the file in one step. Raises StoreError; the old file then stays."""
    replace_file(path, (_HEAD + "".join(map(_table, overrides))).encode())


def _table(one: Override) -> str:
    from camscan.matching.scaffold import toml_string  # not needed to read

    lines = ["", "[[said]]", f"device = {toml_string(one.device)}"]
    if one.address:
        lines.append(f"address = {toml_string(one.address)}")
    if one.keys:
        lines.append(f"keys = [{', '.join(map(toml_string, one.keys))}]")
    lines += [f"key = {toml_string(one.key)}", f"value = {toml_string(one.value)}"]
    for name, text in (("title", one.title), ("country", one.country)):
        if text:
            lines.append(f"{name} = {toml_string(text)}")
    lines += [f"by = {toml_string(one.by)}", f"at = {one.at.isoformat()}"]
    if one.why:
        lines.append(f"why = {toml_string(one.why)}")
    return "\n".join(lines) + "\n"
