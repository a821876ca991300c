"""Fingerprints and matcher for a command; sources read from files or standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from camscan.cli.common import Settings
from camscan.errors import SourceError
from camscan.matching.data import data_root
from camscan.matching.load import load
from camscan.matching.match import Matcher
from camscan.sources import jsonl, recorded
from camscan.sources.jsonl import Recorded
from camscan.sources.targets import Held, Indexed, Targets

STDIN = "-"


def matcher(settings: Settings) -> Matcher:
    """The matcher over the shipped fingerprints or `--fingerprints DIR`."""
    return Matcher(load(data_root(settings.fingerprints)))


def read_targets(paths: Sequence[Path]) -> Targets:
    """All recorded answers of several files by target. Raises SourceError."""
    files = [(str(path), *recorded.unpack(read_bytes(path), str(path))) for path in paths]
    if all(whole and jsonl.by_target(data) for _, data, whole in files) and all(
        recorded.format_of(data) == "jsonl" for _, data, _ in files
    ):
        return Indexed([(name, data) for name, data, _ in files])
    return Held(
        _joined(recorded.read_unpacked(data, name, whole=whole) for name, data, whole in files)
    )


def read_recorded(paths: Sequence[Path]) -> Recorded:
    """All recorded answers of several files, joined. Raises SourceError."""
    return _joined(recorded.read_recorded(read_bytes(path), str(path)) for path in paths)


def _joined(found: Iterable[Recorded]) -> Recorded:
    parts = tuple(found)
    return Recorded(
        targets=tuple(dict.fromkeys(target for part in parts for target in part.targets)),
        evidence=tuple(item for part in parts for item in part.evidence),
        skips=tuple(skip for part in parts for skip in part.skips),
    )


def read_bytes(path: Path) -> bytes:
    """A file, or standard input for `-`. Raises SourceError."""
    try:
        return sys.stdin.buffer.read() if str(path) == STDIN else path.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}") from error
