"""Fingerprints and matcher for a command; sources read from files or standard input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from camscan.cli.common import Settings
from camscan.matching.data import data_root
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.load import load
from camscan.matching.match import Matcher
from camscan.sources import jsonl, recorded
from camscan.sources.jsonl import Recorded
from camscan.sources.recorded import Fetched
from camscan.sources.targets import Held, Indexed, Targets


def fingerprints(settings: Settings) -> Fingerprints:
    """The shipped fingerprints or those of `--fingerprints DIR`."""
    return load(data_root(settings.fingerprints))


def matcher(settings: Settings) -> Matcher:
    """The matcher over them."""
    return Matcher(fingerprints(settings))


def read_targets(paths: Sequence[Path]) -> Targets:
    """All recorded answers of several files by target. Raises SourceError."""
    fetched = [recorded.fetch(str(path)) for path in paths]
    by_line = [
        (each.name, each.data)
        for each in fetched
        if isinstance(each, Fetched)
        and each.problem is None
        and jsonl.by_target(each.data)
        and recorded.format_of(each.data) == "jsonl"
    ]
    if len(by_line) == len(fetched):
        return Indexed(by_line)
    return Held(_joined(map(recorded.read_fetched, fetched)))


def read_recorded(paths: Sequence[Path]) -> Recorded:
    """All recorded answers of several files, joined. Raises SourceError."""
    return _joined(recorded.read_file(str(path)) for path in paths)


def _joined(found: Iterable[Recorded]) -> Recorded:
    parts = tuple(found)
    if len(parts) == 1:
        return parts[0]
    return Recorded(
        targets=tuple(dict.fromkeys(target for part in parts for target in part.targets)),
        evidence=tuple(item for part in parts for item in part.evidence),
        skips=tuple(skip for part in parts for skip in part.skips),
        ports=tuple(port for part in parts for port in part.ports),
    )
