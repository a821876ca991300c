"""Fingerprints and matcher for a command; sources read from files or standard input."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from camscan.cli.common import Settings
from camscan.matching.data import data_root
from camscan.matching.load import load
from camscan.matching.match import Matcher
from camscan.sources import recorded
from camscan.sources.jsonl import Recorded


def matcher(settings: Settings) -> Matcher:
    """The matcher over the shipped fingerprints or `--fingerprints DIR`."""
    return Matcher(load(data_root(settings.fingerprints)))


def read_recorded(paths: Sequence[Path]) -> Recorded:
    """All recorded answers of several files, joined. Raises SourceError."""
    parts = [recorded.read_file(str(path)) for path in paths]
    return Recorded(
        targets=tuple(dict.fromkeys(target for part in parts for target in part.targets)),
        evidence=tuple(item for part in parts for item in part.evidence),
        skips=tuple(skip for part in parts for skip in part.skips),
    )
