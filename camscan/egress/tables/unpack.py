"""A file as its publisher ships it, plain: gzip and a tar of one MMDB undone, bounded."""

from __future__ import annotations

import gzip
import shutil
import tarfile
import zlib
from io import BufferedReader
from pathlib import Path
from typing import IO

from camscan.errors import LocalFaultError, SourceError

MOST_BYTES = 1 << 30
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20


def unpack(path: Path, into: Path, shown: str) -> Path:
    """The plain file, written into `into`; `path` may be plain, .gz or .tar.gz (MaxMind).

    Messages call it `shown`. Raises SourceError when it cannot be read, is damaged, or unpacks to
    more than 1 GiB.
    """
    target = into / "table"
    try:
        with path.open("rb") as stream:
            magic = stream.read(2)
        packed = magic == _GZIP
        with gzip.open(path) if packed else path.open("rb") as source:
            _write(shown, source, target)
    except FileNotFoundError as error:
        raise SourceError(f"{shown}: no such file") from error
    except IsADirectoryError as error:
        raise SourceError(f"{shown}: a folder; name the file in it") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SourceError(f"{shown}: the gzip archive is damaged or cut short ({error})") from error
    except PermissionError as error:
        raise SourceError(f"{shown}: {error.strerror}") from error
    if packed and tarfile.is_tarfile(target):
        return _only_mmdb(shown, target, into)
    return target


def _only_mmdb(shown: str, archive: Path, into: Path) -> Path:
    """The one MMDB of a tar archive; its name in there decides nothing about where it goes."""
    target = into / "member"
    try:
        with tarfile.open(archive) as tar:
            found = [m for m in tar.getmembers() if m.isfile() and m.name.endswith(".mmdb")]
            if len(found) != 1:
                raise SourceError(f"{shown}: holds {len(found)} MMDB files; name one of them")
            member = tar.extractfile(found[0])
            assert member is not None
            with member:
                _write(shown, member, target)
    except (tarfile.TarError, EOFError) as error:
        raise SourceError(f"{shown}: the archive is damaged ({error})") from error
    archive.unlink()
    return target


def _write(shown: str, source: IO[bytes] | gzip.GzipFile | BufferedReader, target: Path) -> None:
    """Copy with a bound: a small archive may hold an endless file."""
    written = 0
    with target.open("wb") as out:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > MOST_BYTES:
                raise SourceError(f"{shown}: unpacks to more than {MOST_BYTES:,} bytes")
            if written > _CHUNK and shutil.disk_usage(target.parent).free < _CHUNK:
                raise LocalFaultError(f"no space left in {target.parent} for {shown}")
            out.write(chunk)
