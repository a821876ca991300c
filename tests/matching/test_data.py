"""Where data lies, and that its digest depends on nothing but the data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from camscan.errors import DataError
from camscan.matching.data import (
    DataRoot,
    as_root,
    data_files,
    data_root,
    data_version,
    overlay_folder,
)
from camscan.matching.load import load


def test_folder_with_vocabulary_is_taken_alone(make_root, monkeypatch, tmp_path) -> None:
    overlay = tmp_path / "xdg" / "camscan" / "fingerprints"
    overlay.mkdir(parents=True)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    root = data_root(make_root())
    assert root.overlays == ()
    assert sorted(load(root).makers) == ["acme", "bolt", "inkco"]


def test_folder_without_vocabulary_is_added_to_the_shipped_data(make_root) -> None:
    folder = make_root()
    (folder / "vocabulary.toml").unlink()
    root = data_root(folder)
    assert root.overlays == (folder,)
    assert root.base.joinpath("vocabulary.toml").is_file()


def test_users_overlay_is_added(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert overlay_folder() == tmp_path / "camscan" / "fingerprints"
    assert data_root().overlays == ()
    overlay_folder().mkdir(parents=True)
    assert data_root().overlays == (overlay_folder(),)


def test_missing_folder_is_named(tmp_path) -> None:
    with pytest.raises(DataError, match="no such folder"):
        data_root(tmp_path / "nowhere")


def test_as_root_takes_all_forms(make_root) -> None:
    folder = make_root()
    root = DataRoot(base=folder)
    assert as_root(root) is root
    assert as_root(folder) == root
    assert as_root(None).base is not None


def test_files_know_their_kind_and_skip_the_rest(make_root) -> None:
    folder = make_root()
    (folder / "makers" / "_draft.toml").write_text("x = 1")
    (folder / "makers" / "notes.txt").write_text("not data")
    (folder / ".hidden").mkdir()
    files = {file.name: file for file in data_files(DataRoot(base=folder))}
    assert "makers/_draft.toml" not in files
    assert files["makers/acme.toml"].kind == "makers"
    assert files["makers/acme.toml"].stem == "acme"
    assert files["oem.toml"].kind == ""


def test_digest_is_of_names_and_contents_only(make_root, tmp_path) -> None:
    folder = make_root()
    copy = tmp_path / "elsewhere" / "copy"
    shutil.copytree(folder, copy)
    text = (copy / "oem.toml").read_bytes()
    (copy / "oem.toml").write_bytes(text.replace(b"\n", b"\r\n"))
    first, second = (load(DataRoot(base=root)).version for root in (folder, copy))
    assert first == second
    assert len(first.sha256) == 64
    assert first.date >= "2026-05-03"
    (copy / "oem.toml").write_bytes(text + b"# changed\n")
    assert load(DataRoot(base=copy)).version.sha256 != first.sha256


def test_order_of_files_does_not_matter(make_root) -> None:
    files = data_files(DataRoot(base=make_root()))
    assert data_version(files, "1", "d") == data_version(tuple(reversed(files)), "1", "d")


def test_renaming_a_file_changes_the_digest(make_root) -> None:
    folder = make_root()
    before = load(DataRoot(base=folder)).version.sha256
    Path(folder / "makers" / "bolt.toml").rename(folder / "makers" / "bolt2.toml")
    assert load(DataRoot(base=folder)).version.sha256 != before
