"""`camscan baseline`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from camscan.cli import cli
from camscan.errors import StoreError, UsageError
from camscan.inventory.journal import Ended
from camscan.inventory.store import Store, encode_run
from camscan.model.run import Run


@pytest.fixture
def db(sample_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two runs: r1 is the sample, r2 lacks its camera."""
    monkeypatch.chdir(tmp_path)
    path = str(tmp_path / "kept" / "db")
    for name, devices in (("r1", sample_run.devices), ("r2", sample_run.devices[1:])):
        run = replace(sample_run, devices=devices, run=replace(sample_run.run, id=name))
        with Store(path).open_journal(name) as journal:
            journal.append(Ended(at=run.run.ended, status=run.run.status, run=run))
    return path


def invoke(db: str, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--db", db], standalone_mode=False)


def rules(db: str) -> set[str]:
    done = invoke(db, "report", "latest", "--baseline", "latest", "--format", "json")
    return {one["rule"] for one in json.loads(done.stdout)["findings"]}


def test_latest_means_the_named_run(db: str) -> None:
    assert "camera-gone" not in rules(db), "the newest run was compared with itself"
    assert "baseline: r1 (named by" in invoke(db, "baseline", "r1").stdout
    assert "camera-gone" in rules(db)
    shown = json.loads(invoke(db, "baseline", "--format", "json").stdout)
    assert shown["baseline"]["run"] == "r1"
    assert "no run is named any more" in invoke(db, "baseline", "clear").stdout
    assert "no run was named" in invoke(db, "baseline", "clear").stdout
    assert "is the newest run" in invoke(db, "baseline", "show").stdout
    assert "camera-gone" not in rules(db)


def test_diff_takes_latest_as_it_is(db: str) -> None:
    invoke(db, "baseline", "r1")
    assert "nothing changed" in invoke(db, "diff", "latest", "latest").stdout


def test_a_file_is_kept_by_its_whole_path(db: str, sample_run: Run, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(encode_run(sample_run))
    assert str(tmp_path / "run.json") in invoke(db, "baseline", "run.json").stdout
    assert "camera-gone" in rules(db)
    (tmp_path / "run.json").unlink()
    done = invoke(db, "baseline", "show")
    assert done.return_value == 1
    assert "cannot be read any more" in done.stdout


def test_what_cannot_be_named(db: str) -> None:
    assert isinstance(invoke(db, "baseline", "r9").exception, StoreError)
    assert isinstance(invoke(db, "baseline", "--format", "csv").exception, UsageError)
