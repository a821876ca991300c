"""`camscan history`."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from camscan.cli import cli
from camscan.errors import UsageError
from camscan.inventory.journal import Answered, Ended
from camscan.inventory.store import Store
from camscan.model.run import Run


@pytest.fixture
def db(sample_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """r1 and r3 have the camera, with other firmware; r2 was cut off; r4 lacks it."""
    monkeypatch.chdir(tmp_path)
    path = str(tmp_path / "kept" / "db")
    camera = sample_run.devices[0]
    assert camera.firmware is not None
    newer = replace(camera, firmware=replace(camera.firmware, value="V5.5.0"))
    for number, devices in ((1, (camera,)), (3, (newer,)), (4, ())):
        ended = sample_run.run.ended + timedelta(days=number)
        info = replace(sample_run.run, id=f"r{number}", ended=ended)
        findings = sample_run.findings if number == 1 else ()
        run = replace(sample_run, devices=devices, run=info, findings=findings)
        with Store(path).open_journal(f"r{number}") as journal:
            journal.append(Ended(at=ended, status=info.status, run=run))
    with Store(path).open_journal("r2") as journal:
        journal.append(Answered(address="10.1.0.9"))
    return path


def invoke(db: str, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["history", *arguments, "--db", db], standalone_mode=False)


def test_runs_and_findings(db: str) -> None:
    document = json.loads(invoke(db, "10.1.0.9", "--run", "r1", "--format", "json").stdout)
    assert document["schema"] == "camscan.history/1"
    rows = [(row["run"], row["seen"], row.get("firmware")) for row in document["runs"]]
    assert rows == [
        ("r1", "yes", "V5.4.5 build 170124"),
        ("r3", "yes", "V5.5.0"),
        ("r4", "no", None),
    ]
    by_rule = {one["rule"]: one for one in document["findings"]}
    called = by_rule["unexpected-egress"]
    assert called["first"] == called["last"] == "2026-11-25T02:13:00Z"
    assert called["stands"] is False
    maker = by_rule["oem-of-listed-maker"]
    assert (maker["first"], maker["last"]) == ("2026-11-25T02:13:00Z", "2026-11-27T02:13:00Z")
    assert maker["stands"] is True


def test_table_and_lines(db: str) -> None:
    text = invoke(db, "c0:56:e3:00:00:09", "--run", "r1").stdout
    assert "V5.5.0" in text
    assert "oem-of-listed-maker" in text
    lines = invoke(db, "d1", "--run", "r1", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["run"] for line in lines] == ["r1", "r3", "r4"]


def test_what_cannot_be(db: str) -> None:
    assert isinstance(invoke(db, "10.9.9.9", "--run", "r1").exception, UsageError)
    assert isinstance(invoke(db, "d1", "--run", "r1", "--format", "csv").exception, UsageError)
