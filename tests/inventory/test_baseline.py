"""The name of the baseline."""

from pathlib import Path

import pytest

from camscan.errors import StoreError
from camscan.inventory.baseline import NamedBaseline, clear_named, read_named, write_named
from tests.conftest import NOW

NAMED = NamedBaseline(run="r1", by="me", at=NOW)


def test_written_read_and_cleared(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "baseline.json"
    assert read_named(path) is None
    assert clear_named(path) is False
    write_named(path, NAMED)
    assert read_named(path) == NAMED
    assert clear_named(path) is True
    assert read_named(path) is None
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "is no camscan"),
        ('{"run": 1}', "run"),
        ('{"schema": "x/2", "run": "r", "by": "me", "at": "2026-01-01T00:00:00Z"}', "x/2"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(StoreError, match=problem):
        read_named(path)


def test_where_nothing_can_be_written_or_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot write"):
        write_named(tmp_path / "file" / "baseline.json", NAMED)
    with pytest.raises(StoreError, match="cannot read"):
        read_named(tmp_path)
    with pytest.raises(StoreError, match="cannot remove"):
        clear_named(tmp_path)
