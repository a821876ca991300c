"""Fingerprints as they were read before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from camscan.errors import DataError
from camscan.matching import cache
from camscan.matching.cache import cache_folder, key_of, read_parts
from camscan.matching.data import DataFile, as_root, data_files
from camscan.matching.load import load, matching_files
from camscan.matching.part import Part, read_part

FILES = matching_files(data_files(as_root(None)))
SOME = FILES[::20]
"""What a cache is made of does not matter where it is damaged or cannot be made."""


def read_anew(files: tuple[DataFile, ...]) -> tuple[Part, ...]:
    return tuple(read_part(file) for file in files)


def stored(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.fingerprints"))


def test_the_cache_says_what_the_files_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read_parts(FILES, tmp_path)
    monkeypatch.setattr(cache, "read_part", None)
    assert read_parts(FILES, tmp_path) == first == read_anew(FILES)
    assert len(stored(tmp_path)) == 1


def test_a_changed_or_added_file_is_read_anew(tmp_path: Path) -> None:
    read_parts(SOME, tmp_path)
    file = SOME[0]
    changed = DataFile(name=file.name, content=file.content + b"\n# more\n")
    assert key_of((changed, *SOME[1:])) != key_of(SOME)
    own = DataFile(
        name="makers/acme.toml",
        content=b'[maker]\nid = "acme"\nname = "Acme"\ncountry = "GB"\n'
        b'reviewed = 2026-01-01\nsources = ["manual: none"]\n',
    )
    assert read_parts((*SOME, own), tmp_path)[-1].head == "acme"
    assert len(stored(tmp_path)) == 2


@pytest.mark.parametrize("damage", [b"", b"rubbish", b"0" * 64 + b"\n\x90"])
def test_a_damaged_cache_is_made_again(damage: bytes, tmp_path: Path) -> None:
    parts = read_parts(SOME, tmp_path)
    (path,) = stored(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(damage)
    assert read_parts(SOME, tmp_path) == parts
    path.write_bytes(whole[:-7] + b"x" * 7)
    assert read_parts(SOME, tmp_path) == parts
    assert path.read_bytes() == whole


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_a_cache_of_another_user_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_parts(SOME, tmp_path)
    os.chown(stored(tmp_path)[0], 12345, 12345)
    monkeypatch.setattr(cache, "read_part", lambda file: Part(file=file.name))
    assert read_parts(SOME[:1], tmp_path) == (Part(file=SOME[0].name),)
    assert read_parts(SOME, tmp_path)[0] == Part(file=SOME[0].name), "read anew, not trusted"


def test_without_a_place_to_write_the_files_are_read(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_bytes(b"")
    assert read_parts(SOME, in_the_way / "camscan") == read_anew(SOME)


def test_only_the_last_ones_stay(tmp_path: Path) -> None:
    for number in range(6):
        read_parts(
            (DataFile(name=FILES[0].name, content=FILES[0].content + b"#" * number),), tmp_path
        )
    assert len(stored(tmp_path)) == cache.KEPT


def test_a_fault_in_the_data_is_still_one(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        read_parts((DataFile(name="makers/x.toml", content=b"nonsense"),), tmp_path)
    assert not stored(tmp_path)


def test_where_it_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "camscan"
    load()
    assert len(stored(tmp_path / "camscan")) == 1
