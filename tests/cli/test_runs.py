"""A run by id, latest or file."""

from __future__ import annotations

from pathlib import Path

import pytest

from camscan.cli.common import Settings
from camscan.cli.runs import find_run
from camscan.errors import StoreError
from camscan.inventory.journal import Answered, Ended
from camscan.inventory.store import Store, encode_run
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
    assert (found.run, found.contacts) == (sample_run, ())


def test_a_run_that_was_cut_off_says_how_to_go_on(tmp_path: Path) -> None:
    settings = Settings(db=str(tmp_path / "camscan.db"))
    with Store(settings.db).open_journal("r1") as journal:
        journal.append(Answered(address="10.0.0.1"))
    with pytest.raises(StoreError, match="--resume r1"):
        find_run("r1", settings)
