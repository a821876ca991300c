"""Runs in JSON files, read in parts."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bench.estate_run import estate_run
from camscan.errors import StoreError
from camscan.inventory import run_file
from camscan.inventory.run_file import read_run
from camscan.inventory.run_text import run_chunks
from camscan.inventory.store import encode_run
from camscan.inventory.streamed import StoredConversations
from camscan.model.run import Run

LARGE = estate_run(60, 500)


def written(tmp_path: Path, run: Run) -> Path:
    path = tmp_path / "run.json"
    path.write_bytes(encode_run(run))
    return path


def same(found: Run, run: Run) -> bool:
    plain = msgspec.structs.replace(found, conversations=tuple(found.conversations))
    return plain == run


@pytest.mark.parametrize("batch", [300, 1 << 16])
def test_it_is_the_run_that_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(run_file, "_BATCH", batch)  # smaller than a device, and than a look
    monkeypatch.setattr(run_file, "_LOOK", 200)
    found = read_run(written(tmp_path, LARGE), "run.json", whole=0)
    assert isinstance(found.conversations, StoredConversations)
    assert same(found, LARGE)
    assert b"".join(run_chunks(found)) == encode_run(LARGE), "conversations leave as they stand"


def test_arrays_may_be_empty(tmp_path: Path, sample_run: Run) -> None:
    for changes in (
        {},
        {"devices": ()},
        {"conversations": ()},
        {"findings": ()},
        {"devices": (), "conversations": (), "findings": ()},
    ):
        run = msgspec.structs.replace(sample_run, **changes)
        found = read_run(written(tmp_path, run), "run.json", whole=0)
        assert same(found, run)
        assert b"".join(run_chunks(found)) == encode_run(run)


def test_names_that_look_like_the_end_of_an_array(tmp_path: Path, sample_run: Run) -> None:
    evil = '"\n  ],\n  "findings": [\n    },\n    {'
    talk = msgspec.structs.replace(sample_run.conversations[0], name=evil, reasons=(evil,))
    device = msgspec.structs.replace(sample_run.devices[0], serial=evil)
    run = msgspec.structs.replace(sample_run, devices=(device,), conversations=(talk, talk))
    assert same(read_run(written(tmp_path, run), "run.json", whole=0), run)


def test_a_small_file_is_decoded_at_once(tmp_path: Path, sample_run: Run) -> None:
    assert read_run(written(tmp_path, sample_run), "run.json") == sample_run


@pytest.mark.parametrize("indent", [-1, 0, 1, 4])
def test_written_in_another_way_it_is_read_all_the_same(
    tmp_path: Path, sample_run: Run, indent: int
) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(sample_run), indent=indent))
    assert read_run(path, "run.json", whole=0) == sample_run


def test_keys_in_another_order(tmp_path: Path, sample_run: Run) -> None:
    document = msgspec.json.decode(encode_run(sample_run))
    turned = {"schema": document.pop("schema"), "tool": document.pop("tool")}
    turned |= {key: document[key] for key in reversed(document)}
    path = tmp_path / "run.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(turned), indent=2))
    assert read_run(path, "run.json", whole=0) == sample_run


def test_faults_name_the_file_and_what_is_wrong(tmp_path: Path, sample_run: Run) -> None:
    path = written(tmp_path, sample_run)
    good = path.read_bytes()
    path.write_bytes(good.replace(b'"id": "d2"', b'"id": 2'))
    with pytest.raises(StoreError, match=r"run\.json is not a run of .*a device: .*\$\[1\]\.id"):
        read_run(path, "run.json", whole=0)
    path.write_bytes(good.replace(b'"count": 3', b'"count": "3"', 1))
    assert path.read_bytes() != good
    found = read_run(path, "run.json", whole=0)
    with pytest.raises(StoreError, match=r"run\.json: a conversation is not one: .*count"):
        list(found.conversations)
    path.write_bytes(good[:-40])
    with pytest.raises(StoreError, match=r"run\.json is not a run of"):
        read_run(path, "run.json", whole=0)


def test_conversations_are_told_of_before_devices_are_read(tmp_path: Path) -> None:
    told: list[StoredConversations] = []
    path = written(tmp_path, LARGE)
    run = read_run(path, "run.json", whole=0, found=told.append)
    assert told == [run.conversations]
    broken = path.read_bytes().replace(b'"addresses"', b'"adresses"')
    path.write_bytes(broken)
    with pytest.raises(StoreError, match="addresses"):
        read_run(path, "run.json", whole=0, found=told.append)
    assert len(told) == 2


def test_another_schema(tmp_path: Path, sample_run: Run) -> None:
    path = written(tmp_path, msgspec.structs.replace(sample_run, schema="camscan.run/9"))
    with pytest.raises(StoreError, match=r"camscan\.run/9"):
        read_run(path, "run.json", whole=0)


def test_a_file_that_is_replaced_while_it_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, LARGE)
    found = read_run(path, "run.json", whole=0)
    other = tmp_path / "other"
    other.write_bytes(b"{}")
    other.replace(path)
    assert same(found, LARGE), "a report may be written over the run that it is made of"


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="run"):
        read_run(tmp_path / "run.json", "run.json")
