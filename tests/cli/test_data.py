"""Fingerprints and recorded answers for a command."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from camscan.cli.common import Settings
from camscan.cli.data import matcher, read_recorded
from camscan.errors import SourceError


def test_files_are_joined_in_order(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text('{"target": "x", "field": "http.server", "value": "1"}\nbad\n')
    second.write_text('{"target": "w", "field": "http.server", "value": "2"}\n')
    found = read_recorded([first, second])
    assert found.targets == ("x", "w")
    assert len(found.evidence) == 2
    assert len(found.skips) == 1


def test_missing_files_are_source_errors(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        read_recorded([tmp_path / "none"])
    with pytest.raises(SourceError):
        read_recorded([tmp_path])


def test_the_shipped_fingerprints_are_the_default() -> None:
    assert "hikvision" in matcher(Settings()).fingerprints.makers


def test_files_of_scanners_are_known_by_their_content(tmp_path: Path) -> None:
    source = Path(__file__).parents[1] / "sources" / "data" / "nmap-7.93-sv.xml"
    archive = tmp_path / "anything"
    archive.write_bytes(gzip.compress(source.read_bytes()))
    found = read_recorded([source, archive])
    assert found.targets == ("10.66.0.10", "10.66.0.12", "10.66.0.15")
    assert {item.method for item in found.evidence} == {"nmap"}
