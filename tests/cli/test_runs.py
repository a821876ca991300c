"""A run by id, latest or file."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from camscan.cli.common import Settings
from camscan.cli.runs import find_run, find_runs
from camscan.errors import StoreError
from camscan.inventory.journal import Answered, Ended, Touched
from camscan.inventory.store import Store, encode_run
from camscan.model.contact import Contact
from camscan.model.run import Run


def test_a_file_has_no_contacts(sample_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(encode_run(sample_run))
    found = find_run(str(path), Settings())
    assert (found.run, found.contacts) == (sample_run, None)


def test_a_journal_has(sample_run: Run, tmp_path: Path) -> None:
    settings = Settings(db=str(tmp_path / "camscan.db"))
    with Store(settings.db).open_journal("r1") as journal:
        journal.append(Ended(at=sample_run.run.ended, status=sample_run.run.status, run=sample_run))
    found = find_run("latest", settings)
    assert found.run == sample_run
    assert found.contacts is not None
    assert list(found.contacts) == []


def test_contacts_of_several_runs_are_read_again_for_each_report(
    sample_run: Run, tmp_path: Path
) -> None:
    settings = Settings(db=str(tmp_path / "camscan.db"))
    for number, name in enumerate(("r1", "r2")):
        touched = Contact(
            at=sample_run.run.ended, address=f"10.0.0.{number}", port=80, transport="tcp", query="q"
        )
        with Store(settings.db).open_journal(name) as journal:
            journal.append(Touched(contact=touched))
            run = replace(sample_run, run=replace(sample_run.run, id=name))
            journal.append(Ended(at=run.run.ended, status=run.run.status, run=run))
    found = find_runs(("r1", "r2"), settings)
    assert found.contacts is not None
    for _ in range(2):
        assert [contact.address for contact in found.contacts] == ["10.0.0.0", "10.0.0.1"]


def test_a_run_that_was_cut_off_says_how_to_go_on(tmp_path: Path) -> None:
    settings = Settings(db=str(tmp_path / "camscan.db"))
    with Store(settings.db).open_journal("r1") as journal:
        journal.append(Answered(address="10.0.0.1"))
    with pytest.raises(StoreError, match="--resume r1"):
        find_run("r1", settings)
