"""The files that the user's words name: files, directories, globs, standard input."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from pathlib import Path

from camscan.errors import SourceError
from camscan.sources.stream import STANDARD_INPUT


def expand(words: Iterable[str]) -> tuple[str, ...]:
    """Every file once, in the order of the words; what a directory or glob holds is sorted by name.

    A directory gives the files below it, hidden ones left out. Raises SourceError for a word that
    names nothing.
    """
    found: dict[str, None] = {}
    for word in words:
        for path in _files(word):
            found[path] = None
    return tuple(found)


def _files(word: str) -> list[str]:
    if word == STANDARD_INPUT:
        return [word]
    path = Path(word)
    if path.is_dir():
        files = _below(path)
        if not files:
            raise SourceError(f"{word}: holds no file")
        return files
    if path.exists() or not glob.has_magic(word):
        return [word]
    matches = sorted(glob.glob(word, recursive=True))  # noqa: PTH207 - the pattern may be absolute
    files = [file for match in matches for file in _files(match)]
    if not files:
        raise SourceError(f"{word}: matches no file")
    return files


def _below(folder: Path) -> list[str]:
    return sorted(
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    )
