"""Resuming and printing complete runs again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner

from camscan.cli import cli
from camscan.cli.common import Settings
from camscan.cli.scanning import _journal, print_resumed
from camscan.cli.verdict import Gates, Standard
from camscan.inventory.journal import Answered, Ended, HeardFrom, MethodEnded, Saw, Started
from camscan.inventory.store import Store
from camscan.model.coverage import Method, MethodStatus, Skip
from camscan.model.evidence import Evidence
from camscan.model.finding import Severity
from camscan.model.run import Run, ScopeRecord


def test_a_complete_run_is_only_printed_again(tmp_path: Path, sample_run: Run) -> None:
    settings = Settings(db=str(tmp_path / "camscan.db"), format="jsonl")
    store = Store(settings.db)
    strict = Standard(gates=Gates(fail_on=Severity.HIGH))
    with store.open_journal("r1") as journal:
        journal.append(Ended(at=sample_run.run.ended, status=sample_run.run.status, run=sample_run))
    assert print_resumed(store, "r1", settings, strict) == 10
    with store.open_journal("r2") as journal:
        journal.append(Answered(address="10.0.0.1"))
    assert print_resumed(store, "r2", settings, Standard()) is None


def test_resume_goes_on_with_an_interrupted_run(tmp_path: Path) -> None:
    db = ["--db", str(tmp_path / "camscan.db"), "--quiet"]
    runner = CliRunner()
    runner.invoke(cli, ["scan", "127.66.99.0/29", "--ports", "80", *db])
    (path,) = (tmp_path / "runs").iterdir()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if b'"type":"ended"' not in line))
    done = runner.invoke(
        cli, ["scan", "--resume", "latest", "--format", "contacts", *db], standalone_mode=False
    )
    assert done.exception is None
    assert done.return_value == 0
    assert len(list((tmp_path / "runs").iterdir())) == 2
    assert done.stdout.count("tcp connect") == 6, "addresses that were swept are not asked again"


def test_a_resumed_run_names_the_files_of_the_first(tmp_path: Path) -> None:
    told = tmp_path / "told.jsonl"
    told.write_text('{"target": "127.66.99.1", "field": "http.server", "value": "App-webs/"}\n')
    db = ["--db", str(tmp_path / "camscan.db"), "--quiet", "--format", "json"]
    runner = CliRunner()
    runner.invoke(cli, ["scan", "127.66.99.1", "--ports", "80", "--evidence", str(told), *db])
    (path,) = (tmp_path / "runs").iterdir()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if b'"type":"ended"' not in line))
    done = runner.invoke(cli, ["scan", "--resume", "latest", *db], standalone_mode=False)
    run = json.loads(done.stdout)
    assert run["run"]["scope"]["sources"] == [str(told)]
    assert run["devices"][0]["maker"]["id"] == "hikvision"


def test_a_run_that_only_listened_and_was_killed_tells_what_it_heard(tmp_path: Path) -> None:
    at = datetime.now(UTC)
    server = Evidence(
        target="10.20.0.9", field="http.server", value="App-webs/", method="http", at=at
    )
    mac = Evidence(
        target="10.20.0.8", field="mac.address", value="00:40:8c:12:34:56", method="arp", at=at
    )
    store = Store(str(tmp_path / "camscan.db"))
    scope = ScopeRecord(profile="normal")
    with store.open_journal("20261128T010000Z-000001") as journal:
        for record in (
            Started(
                id="20261128T010000Z-000001",
                at=at,
                tool="1",
                command="scan",
                scope=scope,
                passive=60.0,
            ),
            Saw(evidence=server),
            Saw(evidence=mac),
            HeardFrom(address="10.20.0.8"),
            MethodEnded(method=Method(name="passive", status=MethodStatus.DONE, answered=2)),
        ):
            journal.append(record)
    db = ["--db", str(tmp_path / "camscan.db"), "--quiet", "--format", "json"]
    done = CliRunner().invoke(cli, ["scan", "--resume", "latest", *db], standalone_mode=False)
    assert done.exception is None
    run = json.loads(done.stdout)
    assert {device["addresses"][0] for device in run["devices"]} == {"10.20.0.8", "10.20.0.9"}
    assert run["run"]["status"] == "complete"
    assert [method["name"] for method in run["coverage"]["methods"]] == [
        "passive",
        "neighbour-table",
    ]
    (skip,) = (one for one in run["coverage"]["skips"] if one["what"].startswith("everything"))
    assert "nothing was sent" in skip["reason"]


def test_a_journal_that_cannot_be_kept_is_a_skip(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    skips: list[Skip] = []
    assert _journal(Store(str(tmp_path / "file" / "camscan.db")), "r1", skips) is None
    assert [(skip.subject, skip.what) for skip in skips] == [
        ("journal", "keeping and resuming the run")
    ]
