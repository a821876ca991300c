"""The journal."""

from __future__ import annotations

from pathlib import Path

import pytest

from camscan.errors import StoreError
from camscan.inventory.journal import Answered, BlockSwept, Journal, Saw, read_journal
from camscan.model.evidence import Evidence


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
