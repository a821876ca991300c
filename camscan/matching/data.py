"""Where fingerprint data lies, and which data a run was judged with."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from msgspec import Struct

from camscan.errors import DataError
from camscan.model.run import DataVersion

VOCABULARY = "vocabulary.toml"


class DataFile(Struct, frozen=True, kw_only=True):
    """One TOML file: `name` is its path below the root, with slashes (`makers/axis.toml`)."""

    name: str
    content: bytes

    @property
    def kind(self) -> str:
        """The folder that it stands in; empty at the top."""
        return self.name.partition("/")[0] if "/" in self.name else ""

    @property
    def stem(self) -> str:
        """File name without folder and ending."""
        return self.name.rpartition("/")[2].removesuffix(".toml")


class DataRoot(Struct, frozen=True, kw_only=True):
    """A complete set of data (`base`) and folders whose files are added to it."""

    base: Traversable
    overlays: tuple[Traversable, ...] = ()

    @property
    def layers(self) -> tuple[Traversable, ...]:
        """The base, then the overlays."""
        return (self.base, *self.overlays)


def overlay_folder() -> Path:
    """Where a user's own fingerprints are looked for; it need not exist."""
    if home := os.environ.get("XDG_DATA_HOME"):
        return Path(home) / "camscan" / "fingerprints"
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local) / "camscan" / "fingerprints"
    return Path.home() / ".local" / "share" / "camscan" / "fingerprints"


def _shipped() -> Traversable:
    packaged = resources.files("camscan").joinpath("_data").joinpath("fingerprints")
    if packaged.joinpath(VOCABULARY).is_file():
        return packaged
    checkout = Path(__file__).resolve().parents[2] / "fingerprints"
    if (checkout / VOCABULARY).is_file():
        return checkout
    raise DataError(
        "no fingerprint data is installed with camscan; reinstall it or give --fingerprints DIR"
    )


def data_root(override: Path | None = None) -> DataRoot:
    """The data to use, in a fixed order.

    `override` with a vocabulary.toml is taken alone; without one its files are added to the
    shipped data. Otherwise: the shipped data (wheel, else checkout) and the user's overlay.
    """
    if override is not None:
        if not override.is_dir():
            raise DataError(f"{override}: no such folder of fingerprints")
        if (override / VOCABULARY).is_file():
            return DataRoot(base=override)
        return DataRoot(base=_shipped(), overlays=(override,))
    own = overlay_folder()
    return DataRoot(base=_shipped(), overlays=(own,) if own.is_dir() else ())


def as_root(root: DataRoot | Path | None) -> DataRoot:
    """A root from what callers have: nothing, a folder, or a root."""
    return root if isinstance(root, DataRoot) else data_root(root)


def _walk(folder: Traversable, prefix: str) -> Iterator[DataFile]:
    for entry in folder.iterdir():
        if entry.name.startswith((".", "_")):
            continue
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".toml"):
            # A checkout on Windows may have turned line ends; the data is the same.
            content = entry.read_bytes().replace(b"\r\n", b"\n")
            yield DataFile(name=prefix + entry.name, content=content)


def data_files(root: DataRoot) -> tuple[DataFile, ...]:
    """Every TOML file of every layer, by layer and then by name."""
    return tuple(
        file
        for layer in root.layers
        for file in sorted(_walk(layer, ""), key=lambda item: item.name)
    )


def data_version(files: tuple[DataFile, ...], version: str, date: str) -> DataVersion:
    """Digest over names and contents in sorted order: equal in checkout, wheel and editable."""
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda item: (item.name, item.content)):
        digest.update(f"{file.name}\0{len(file.content)}\0".encode())
        digest.update(file.content)
    return DataVersion(version=version, sha256=digest.hexdigest(), date=date)
