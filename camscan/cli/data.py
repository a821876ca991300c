"""Fingerprints and matcher for a command; sources read from files or standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from camscan.cli.common import Settings
from camscan.errors import SourceError
from camscan.matching.data import data_root
from camscan.matching.load import load
from camscan.matching.match import Matcher
from camscan.sources import recorded
from camscan.sources.jsonl import Recorded

STDIN = "-"


def matcher(settings: Settings) -> Matcher:
    """The matcher over the shipped fingerprints or `--fingerprints DIR`."""
    return Matcher(load(data_root(settings.fingerprints)))


def read_recorded(paths: Sequence[Path]) -> Recorded:
    """All recorded answers of several files, joined. Raises SourceError."""
    parts = [recorded.read_recorded(read_bytes(path), str(path)) for path in paths]
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
        name = "standard input" if str(path) == STDIN else path
        raise SourceError(f"cannot read {name}: {error.strerror}") from error
