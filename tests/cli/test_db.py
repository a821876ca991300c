"""`camscan db`."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from camscan.cli import cli
from camscan.errors import StoreError, UsageError
from camscan.inventory.journal import Ended, Started
from camscan.inventory.store import Store
from camscan.model.run import Run


@pytest.fixture
def db(sample_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Three runs; the first is the baseline."""
    monkeypatch.chdir(tmp_path)
    path = str(tmp_path / "kept" / "db")
    for name in ("r1", "r2", "r3"):
        run = replace(sample_run, run=replace(sample_run.run, id=name))
        begun = Started(id=name, at=run.run.started, tool="0", command="scan", scope=run.run.scope)
        with Store(path).open_journal(name) as journal:
            journal.append(begun)
            journal.append(Ended(at=run.run.ended, status=run.run.status, run=run))
    assert invoke(path, "baseline", "r1").return_value == 0
    return path


def invoke(db: str, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--db", db], standalone_mode=False)


def test_info(db: str) -> None:
    text = invoke(db, "db", "info").stdout
    assert "r1 (baseline)" in text
    assert f"3 runs in {Store(db).folder}" in text
    document = json.loads(invoke(db, "db", "info", "--format", "json").stdout)
    assert document["baseline"] == "r1"
    assert [run["id"] for run in document["runs"]] == ["r1", "r2", "r3"]
    assert invoke(db, "db", "info", "--format", "jsonl").stdout.count("\n") == 3
    assert isinstance(invoke(db, "db", "info", "--format", "csv").exception, UsageError)


def test_prune(db: str) -> None:
    dry = invoke(db, "db", "prune", "--keep", "1", "--dry-run").stdout
    assert "would remove r2" in dry
    assert "kept r1: it is the baseline" in dry
    assert Store(db).run_ids() == ("r1", "r2", "r3")
    assert "removed r2" in invoke(db, "db", "prune", "--keep", "1").stdout
    assert Store(db).run_ids() == ("r1", "r3")
    assert "0 removed" in invoke(db, "db", "prune", "--older-than", "1d").stdout
    assert isinstance(invoke(db, "db", "prune").exception, UsageError)


def test_backup(db: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.tar.gz"
    assert "4 files" in invoke(db, "db", "backup", str(target)).stdout
    with tarfile.open(target) as archive:
        assert "baseline.json" in archive.getnames()
    assert isinstance(invoke(db, "db", "backup", "no/copy.tar.gz").exception, StoreError)


def test_check(db: str) -> None:
    done = invoke(db, "db", "check")
    assert done.return_value == 0
    assert done.stdout == "3 of 3 journals can be read\n"
    store = Store(db)
    path = store.path_of("r2")
    path.write_bytes(path.read_bytes().replace(b'"type":"started"', b'"type":"begun"'))
    store.overrides_path.write_text("a =")
    done = invoke(db, "db", "check")
    assert done.return_value == 1
    assert "r2: 1 of 2 lines cannot be read: 1" in done.stdout
    assert "overrides.toml is not valid TOML" in done.stdout
    assert "2 of 3 journals can be read" in done.stdout
    document = json.loads(invoke(db, "db", "check", "--format", "json").stdout)
    assert [run["damaged"] for run in document["runs"]] == [False, True, False]
    assert invoke(db, "db", "check", "--format", "jsonl").stdout.count("\n") == 3


def test_check_of_a_baseline_that_is_gone(db: str) -> None:
    Store(db).path_of("r1").unlink()
    done = invoke(db, "db", "check")
    assert done.return_value == 1
    assert "the baseline r1 is neither kept nor a file" in done.stdout
