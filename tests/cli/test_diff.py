"""`camscan diff`."""

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


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["diff", *map(str, arguments)], standalone_mode=False)


@pytest.fixture
def runs(sample_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The sample, and the same a day later without its camera."""
    monkeypatch.chdir(tmp_path)
    before, after = tmp_path / "a.json", tmp_path / "b.json"
    before.write_bytes(encode_run(sample_run))
    later = replace(sample_run, devices=sample_run.devices[1:], conversations=(), findings=())
    after.write_bytes(encode_run(replace(later, run=replace(later.run, id="r2"))))
    return before, after


def test_what_is_gone(runs: tuple[Path, Path]) -> None:
    before, after = runs
    done = invoke(before, after, "--format", "jsonl")
    assert done.return_value == 0
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert (lines[0]["kind"], lines[0]["device"]) == ("gone", "d1")
    text = invoke(before, after).stdout
    assert "Gone (1)" in text
    assert "Annke camera 10.1.0.9" in text


def test_the_exit_code_counts_what_is_new(runs: tuple[Path, Path]) -> None:
    before, after = runs
    assert invoke(after, before, "--fail-on", "medium").return_value == 10
    assert invoke(after, before, "--fail-on", "critical").return_value == 0
    assert invoke(before, before, "--fail-on", "info").return_value == 0


def test_latest_is_the_newest_run_and_files_are_written(
    runs: tuple[Path, Path], sample_run: Run, tmp_path: Path
) -> None:
    db, out = tmp_path / "kept" / "db", tmp_path / "diff.md"
    with Store(str(db)).open_journal("r1") as journal:
        journal.append(Ended(at=sample_run.run.ended, status=sample_run.run.status, run=sample_run))
    done = invoke("latest", runs[1], "--db", db, "-o", f"markdown:{out}")
    assert done.return_value == 0
    assert out.read_text().startswith("r1 (2026-11-24 02:13 UTC")


def test_what_cannot_be(runs: tuple[Path, Path]) -> None:
    before, after = runs
    assert isinstance(invoke(before, after, "--format", "html").exception, UsageError)
    assert isinstance(invoke(before, "no.json").exception, StoreError)
