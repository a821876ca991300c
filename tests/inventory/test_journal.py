"""The journal."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from camscan.errors import StoreError
from camscan.inventory.journal import (
    Answered,
    BlockSwept,
    Ended,
    Journal,
    Listed,
    Saw,
    read_ended,
    read_journal,
)
from camscan.inventory.run_text import run_chunks
from camscan.inventory.store import encode_run
from camscan.model.evidence import Evidence
from camscan.model.run import Run


def test_what_is_written_is_read(tmp_path: Path) -> None:
    records = [
        Saw(evidence=Evidence(target="10.0.0.1", field="http.server", value="\udcff", method="t")),
        Answered(address="10.0.0.1"),
        BlockSwept(first=0, last=9),
    ]
    records[0] = Saw(
        evidence=Evidence(target="10.0.0.1", field="http.server", value="é\x00", method="t")
    )
    path = tmp_path / "runs" / "a.jsonl"
    with Journal(path) as journal:
        for record in records:
            journal.append(record)
    assert list(read_journal(path)) == records


def test_a_line_is_on_disk_before_the_next_step(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.jsonl")
    journal.append(Answered(address="10.0.0.1"))
    assert list(read_journal(journal.path)) == [Answered(address="10.0.0.1")]
    journal.close()


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with Journal(path) as journal:
        journal.append(Answered(address="10.0.0.1"))
        journal.append(Answered(address="10.0.0.2"))
    path.write_bytes(path.read_bytes()[:-9])
    assert list(read_journal(path)) == [Answered(address="10.0.0.1")]


def test_a_full_disk_ends_the_journal_not_the_run(tmp_path: Path) -> None:
    journal = Journal(Path("/dev/full"))
    journal.append(Answered(address="10.0.0.1"))
    assert journal.fault is not None
    assert "No space left" in journal.fault
    journal.append(Answered(address="10.0.0.2"))
    journal.close()


def test_no_writable_place_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot write the journal"):
        Journal(tmp_path / "file" / "runs" / "a.jsonl")
    with pytest.raises(StoreError, match="cannot read"):
        list(read_journal(tmp_path / "none.jsonl"))


def test_a_run_with_its_conversations(tmp_path: Path, sample_run: Run) -> None:
    talks = sample_run.conversations[:1] * 300
    run = replace(sample_run, conversations=talks)
    path = tmp_path / "a.jsonl"
    with Journal(path) as journal:
        journal.append(Answered(address="10.0.0.1"))
        journal.end(run)
    found = read_ended(path)
    assert found is not None
    assert tuple(found.conversations) == talks
    assert b"".join(run_chunks(found)) == encode_run(run)
    assert replace(found, conversations=()) == replace(run, conversations=())
    assert max(map(len, path.read_bytes().splitlines())) < 100_000, "no line holds all of it"
    kinds = [type(record).__name__ for record in read_journal(path)]
    assert kinds == ["Answered", "Listed", "Talked", "Talked", "Talked", "Ended"]


def test_a_run_with_many_devices(tmp_path: Path, sample_run: Run) -> None:
    run = replace(sample_run, devices=sample_run.devices * 40)
    path = tmp_path / "a.jsonl"
    with Journal(path) as journal:
        journal.end(run)
    found = read_ended(path)
    assert found is not None
    assert found.devices == run.devices
    held = [len(record.devices) for record in read_journal(path) if isinstance(record, Listed)]
    assert sum(held) == len(run.devices)
    assert max(held) < 20, "no line holds all of them"


def test_a_batch_of_devices_that_is_damaged_is_said(tmp_path: Path, sample_run: Run) -> None:
    path = tmp_path / "a.jsonl"
    with Journal(path) as journal:
        journal.end(sample_run)
    whole = path.read_bytes()
    path.write_bytes(
        whole.replace(b'{"type":"devices","devices":[{', b'{"type":"devices","devices":[[', 1)
    )
    with pytest.raises(StoreError, match="a device"):
        read_ended(path)


def test_a_run_with_its_conversations_in_one_record(tmp_path: Path, sample_run: Run) -> None:
    path = tmp_path / "a.jsonl"
    with Journal(path) as journal:
        info = sample_run.run
        journal.append(Ended(at=info.ended, status=info.status, run=sample_run))
    assert read_ended(path) == sample_run, "as journals were written before"


def test_cut_off_before_the_end(tmp_path: Path, sample_run: Run) -> None:
    path = tmp_path / "a.jsonl"
    with Journal(path) as journal:
        journal.end(sample_run)
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    assert read_ended(path) is None
    path.write_bytes(b"")
    assert read_ended(path) is None
