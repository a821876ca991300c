"""Fingerprint files as they were read before: TOML takes six times as long.

One file in the user's cache folder, named by a digest of the data, of camscan's version and of the
shape of what is stored; so a changed rule, a folder of one's own or another version is read anew.
It holds nothing but what the TOML files say and is never needed: where it cannot be read or
written, the files are.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from camscan import __version__
from camscan.matching.data import DataFile
from camscan.matching.entity import Entity, Oui, Product
from camscan.matching.grammar import FirmwareGrammar, ModelGrammar
from camscan.matching.part import Part, read_part
from camscan.matching.relation import Relation
from camscan.matching.rule import Example, Rule

KEPT = 4
"""Files that stay: of several versions or folders of fingerprints, the last ones written."""
_SHAPES = (
    Part,
    Rule,
    Example,
    Entity,
    Product,
    Oui,
    Relation,
    ModelGrammar,
    FirmwareGrammar,
)
_SUFFIX = ".fingerprints"
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[Part, ...])


def cache_folder() -> Path:
    """Where the platform keeps what can be made again; it need not exist."""
    if home := os.environ.get("XDG_CACHE_HOME"):
        return Path(home) / "camscan"
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local) / "camscan" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "camscan"
    return Path.home() / ".cache" / "camscan"


def key_of(files: Iterable[DataFile]) -> str:
    """A digest of everything that the stored parts depend on."""
    digest = hashlib.sha256(__version__.encode())
    for shape in _SHAPES:
        digest.update(repr((shape.__name__, shape.__struct_fields__)).encode())
    for file in files:
        digest.update(f"{file.name}\0{len(file.content)}\0".encode())
        digest.update(file.content)
    return digest.hexdigest()


def read_parts(files: tuple[DataFile, ...], folder: Path | None = None) -> tuple[Part, ...]:
    """The parts of `files`, from the cache when it has them; DataError as `read_part`."""
    folder = cache_folder() if folder is None else folder
    path = folder / f"{key_of(files)}{_SUFFIX}"
    parts = _stored(path)
    if parts is None:
        parts = tuple(read_part(file) for file in files)
        # A cache that cannot be written is no fault: the next start reads the files again.
        with contextlib.suppress(OSError):
            _store(parts, path)
    return parts


def _stored(path: Path) -> tuple[Part, ...] | None:
    """What the file holds; None when there is none, it is damaged, or it is another user's."""
    try:
        with path.open("rb") as file:
            # With sudo the home folder may be that of a user with fewer rights.
            if hasattr(os, "geteuid") and os.fstat(file.fileno()).st_uid != os.geteuid():
                return None
            data = file.read()
        digest, _, body = data.partition(b"\n")
        if digest != hashlib.sha256(body).hexdigest().encode():
            return None
        return _decoder.decode(body)
    except (OSError, msgspec.DecodeError):
        return None


def _store(parts: tuple[Part, ...], path: Path) -> None:
    """Write the file whole or not at all, and remove all but the last ones."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = _encoder.encode(parts)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as handle:
        temporary = Path(handle.name)
        try:
            handle.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        except OSError:
            temporary.unlink()
            raise
    temporary.replace(path)
    old = sorted(path.parent.glob(f"*{_SUFFIX}"), key=lambda each: each.stat().st_mtime)
    for each in old[:-KEPT]:
        each.unlink(missing_ok=True)
