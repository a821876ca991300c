from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import Struct

from camscan.errors import StoreError
from camscan.inventory.state_file import read_state, replace_file


class Kept(Struct):
    schema: str
    value: int = 0


def test_nothing_is_none(tmp_path: Path) -> None:
    assert read_state(tmp_path / "none", Kept, "k/1") is None
    (tmp_path / "file").touch()
    assert read_state(tmp_path / "file" / "below", Kept, "k/1") is None


def test_replaced_whole_and_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "kept.json"
    for value in (1, 2):
        replace_file(path, b'{"schema": "k/1", "value": %d}' % value)
        assert read_state(path, Kept, "k/1") == Kept("k/1", value)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b'{"schema": "k/2"}', "has schema 'k/2'; this camscan reads 'k/1'"),
        (b"{", "is no k/1"),
        (b'{"schema": "k/1", "value": "x"}', "is no k/1"),
        (b'{"schema": "\xff"}', "is no k/1"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, data: bytes, problem: str) -> None:
    path = tmp_path / "kept.json"
    path.write_bytes(data)
    with pytest.raises(StoreError, match=problem):
        read_state(path, Kept, "k/1")


def test_the_old_file_stays_where_nothing_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    path.write_bytes(b"old")
    path.with_name("kept.json.part").mkdir()
    with pytest.raises(StoreError, match="cannot write"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
