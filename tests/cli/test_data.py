"""Fingerprints and recorded answers for a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from camscan.cli.common import Settings
from camscan.cli.data import matcher, read_bytes, read_recorded
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
    with pytest.raises(SourceError, match="cannot read"):
        read_bytes(tmp_path / "none")
    with pytest.raises(SourceError):
        read_bytes(tmp_path)


def test_the_shipped_fingerprints_are_the_default() -> None:
    assert "hikvision" in matcher(Settings()).fingerprints.makers
