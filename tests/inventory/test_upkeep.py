"""What is in the store, what is whole, what may go, and a copy of it."""

from __future__ import annotations

import os
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from camscan.errors import StoreError
from camscan.inventory.journal import Answered, Ended, Started, read_journal
from camscan.inventory.store import Store
from camscan.inventory.upkeep import back_up, entries, prunable, remove, whole_lines
from camscan.model.run import Run

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def keep(
    store: Store, run: Run, name: str, *, ended: bool = True, days: float = 0, begun: bool = True
) -> Path:
    """A journal that was last written to `days` before NOW."""
    with store.open_journal(name) as journal:
        if begun:
            journal.append(Started(id=name, at=NOW, tool="0", command="scan", scope=run.run.scope))
        journal.append(Answered(address="10.0.0.1"))
        if ended:
            own = replace(run, run=replace(run.run, id=name))
            journal.append(Ended(at=NOW, status=run.run.status, run=own))
    path = store.path_of(name)
    moment = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))
    return path


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "kept" / "db"))


def test_entries(store: Store, sample_run: Run) -> None:
    path = keep(store, sample_run, "r1")
    keep(store, sample_run, "r2", ended=False)
    first, second = entries(store)
    assert (first.id, first.command, first.status, first.devices) == ("r1", "scan", "complete", 3)
    assert (first.size, first.problems, first.damaged) == (path.stat().st_size, (), False)
    assert (second.status, second.devices, second.damaged) == (None, None, False)
    assert "it has no end" in second.problems[0]
    assert list(entries(Store(str(store.folder / "nowhere" / "db")))) == []


def test_damage_is_told_with_its_lines(store: Store, sample_run: Run) -> None:
    path = keep(store, sample_run, "r1")
    path.write_bytes(path.read_bytes().replace(b'{"type":"answered"', b'{"type":"answ'))
    torn = keep(store, sample_run, "r2", ended=False)
    torn.write_bytes(torn.read_bytes()[:-5])
    keep(store, sample_run, "r3", begun=False)
    renamed = keep(store, sample_run, "r4")
    renamed.rename(store.path_of("r5"))
    first, second, third, fourth = entries(store)
    assert first.problems == ("1 of 3 lines cannot be read: 2",)
    assert second.problems[0] == "1 of 2 lines cannot be read: 2 (torn at its end)"
    assert third.problems == ("it has no beginning: it cannot be resumed",)
    assert fourth.problems == ("its run calls itself r4",)
    assert [each.damaged for each in (first, second, third, fourth)] == [True, False, True, True]


def test_what_may_go(store: Store, sample_run: Run) -> None:
    for number in range(1, 6):
        keep(store, sample_run, f"r{number}", days=10 * (5 - number))
    assert prunable(store, NOW, keep=2).removed == ("r1", "r2", "r3")
    assert prunable(store, NOW, older_than=timedelta(days=25)).removed == ("r1", "r2")
    both = prunable(store, NOW, keep=4, older_than=timedelta(days=25))
    assert both.removed == ("r1",)
    named = prunable(store, NOW, keep=2, baseline="r2")
    assert named.removed == ("r1", "r3")
    assert named.kept == (("r2", "it is the baseline"),)
    assert prunable(store, NOW, keep=9).removed == ()


def test_a_run_that_may_be_going_on_stays(store: Store, sample_run: Run) -> None:
    keep(store, sample_run, "r1", ended=False, days=0.5)
    keep(store, sample_run, "r2", ended=False, days=3)
    keep(store, sample_run, "r3", days=0.5)
    keep(store, sample_run, "r4")
    found = prunable(store, NOW, keep=1)
    assert found.removed == ("r2", "r3")
    assert [name for name, _ in found.kept] == ["r1"]
    freed = sum(store.path_of(name).stat().st_size for name in found.removed)
    assert remove(store, found.removed) == freed
    assert store.run_ids() == ("r1", "r4")
    with pytest.raises(StoreError, match="cannot remove"):
        remove(store, ["r2"])


def test_a_copy_while_a_scan_writes(store: Store, sample_run: Run, tmp_path: Path) -> None:
    keep(store, sample_run, "r1")
    writing = keep(store, sample_run, "r2", ended=False)
    whole = writing.read_bytes()
    writing.write_bytes(whole + b'{"type":"answered","addr')
    store.overrides_path.write_text("")
    target = tmp_path / "copy.tar.gz"
    count, total = back_up(store, target)
    assert count == 3
    with tarfile.open(target) as archive:
        names = archive.getnames()
        archive.extractall(tmp_path / "again", filter="data")
    assert names == ["runs/r1.jsonl", "runs/r2.jsonl", "overrides.toml"]
    copy = Store(str(tmp_path / "again" / "db"))
    assert copy.ended_run("r1") == store.ended_run("r1")
    assert copy.path_of("r2").read_bytes() == whole
    assert [type(record) for record in read_journal(copy.path_of("r2"))] == [Started, Answered]
    assert total == sum(path.stat().st_size for path in (tmp_path / "again").rglob("*.*"))
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_copy_that_cannot_be_written(store: Store, sample_run: Run, tmp_path: Path) -> None:
    keep(store, sample_run, "r1")
    with pytest.raises(StoreError, match="cannot back up"):
        back_up(store, tmp_path / "no" / "copy.tar.gz")


def test_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    for data, size in ((b"", 0), (b"abc", 0), (b"a\nbc", 2), (b"a\n" + b"b" * 200_000, 2)):
        path.write_bytes(data)
        with path.open("rb") as handle:
            assert whole_lines(handle) == size
