"""Where runs are kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from camscan.errors import StoreError, UsageError
from camscan.inventory.journal import Ended, Touched
from camscan.inventory.store import Store, decode_run, encode_run, new_run_id
from camscan.model.contact import Contact
from camscan.model.run import Run

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def keep(store: Store, run: Run, run_id: str, *, ended: bool = True) -> None:
    with store.open_journal(run_id) as journal:
        contact = Contact(at=NOW, address="10.0.0.1", port=80, transport="tcp", query="tcp connect")
        journal.append(Touched(contact=contact))
        if ended:
            journal.append(Ended(at=NOW, status=run.run.status, run=run))


def test_latest_id_and_prefix(tmp_path: Path, sample_run: Run) -> None:
    store = Store(str(tmp_path / "camscan.db"))
    keep(store, sample_run, "20261124T000000Z-aaaaaa")
    keep(store, sample_run, "20261125T000000Z-bbbbbb", ended=False)
    assert store.ended_run("20261124T000000Z-aaaaaa") == sample_run
    assert store.ended_run("20261124") == sample_run
    assert store.ended_run("latest") is None, "the newest was cut off"
    assert len(list(store.contacts("latest"))) == 1
    with pytest.raises(StoreError, match="fits several"):
        store.journal_path("2026")
    with pytest.raises(StoreError, match="neither a run nor a file"):
        store.journal_path("x")


def test_no_run_yet_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="camscan scan"):
        Store(str(tmp_path / "camscan.db")).journal_path("latest")


def test_a_url_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="only a path"):
        Store("postgresql://db/camscan")


def test_ids_sort_by_time() -> None:
    early = new_run_id(datetime(2026, 1, 2, tzinfo=UTC))
    assert early < new_run_id(datetime(2026, 1, 3, tzinfo=UTC))
    assert early != new_run_id(datetime(2026, 1, 2, tzinfo=UTC))


def test_decode_names_what_is_wrong(sample_run: Run) -> None:
    data = encode_run(sample_run)
    assert decode_run(data, "f") == sample_run
    with pytest.raises(StoreError, match=r"f is not a run.*devices"):
        decode_run(data.replace(b'"devices": [', b'"devices": [1,'), "f")
    other = msgspec.structs.replace(sample_run, schema="camscan.run/9")
    with pytest.raises(StoreError, match=r"camscan\.run/9"):
        decode_run(encode_run(other), "f")
    with pytest.raises(StoreError):
        decode_run(b"\xff\xfe", "f")
