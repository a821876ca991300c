"""`camscan set`: a word is kept, shown, taken back, and in every later report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from camscan.cli import cli
from camscan.errors import UsageError
from camscan.inventory.journal import Ended
from camscan.inventory.store import Store
from camscan.model.run import Run


@pytest.fixture
def db(sample_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store with the sample run."""
    monkeypatch.chdir(tmp_path)
    path = str(tmp_path / "kept" / "db")
    with Store(path).open_journal("r1") as journal:
        journal.append(Ended(at=sample_run.run.ended, status=sample_run.run.status, run=sample_run))
    return path


def invoke(db: str, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--db", db], standalone_mode=False)


def said(db: str, *arguments: str) -> list[dict[str, object]]:
    done = invoke(db, "set", *arguments, "--format", "json")
    assert done.return_value == 0, done.exception
    return list(json.loads(done.stdout)["said"])


def device(db: str) -> dict[str, object]:
    document = json.loads(invoke(db, "report", "latest", "--format", "json").stdout)
    return dict(document["devices"][0])


def test_a_word_is_in_every_later_report(db: str) -> None:
    before = device(db)
    done = invoke(db, "set", "10.1.0.9", "maker=Axis", "site=Ripon", "--why", "label", "--by", "me")
    assert done.return_value == 0
    assert "Axis" in done.stdout
    after = device(db)
    assert after["site"] == "Ripon"
    assert after["stated"][1] | {"at": ""} == {  # type: ignore[index]
        "key": "maker",
        "value": "Axis",
        "measured": "Hikvision (confirmed)",
        "by": "me",
        "at": "",
        "why": "label",
    }
    assert "your word: maker is Axis" in invoke(db, "explain", "10.1.0.9").stdout
    assert "measured: Hikvision (confirmed)" in invoke(db, "list").stdout
    invoke(db, "set", "10.1.0.9", "maker=", "site=")
    assert device(db) == before


def test_the_last_word_of_a_key_counts(db: str) -> None:
    invoke(db, "set", "10.1.0.9", "note=first")
    invoke(db, "set", "c0:56:e3:00:00:09", "note=second", "name=Gate")
    assert [(one["key"], one["value"]) for one in said(db, "10.1.0.9")] == [
        ("note", "second"),
        ("name", "Gate"),
    ]
    invoke(db, "set", "10.1.0.10", "name=Recorder")
    assert len(said(db)) == 3
    assert len(said(db, "10.1.0.10")) == 1
    document = json.loads(invoke(db, "report", "latest", "--format", "json").stdout)
    titles = [one["title"] for one in document["findings"]]
    assert any('Hikvision recorder "Recorder" 10.1.0.10' in title for title in titles)


def test_a_redacted_report_has_no_word(db: str) -> None:
    invoke(db, "set", "10.1.0.9", "maker=axis", "name=Gatehouse", "--why", "walked", "--by", "Jo")
    text = invoke(db, "report", "latest", "--redact", "--format", "json").stdout
    for secret in ("Gatehouse", "walked", "the word of"):
        assert secret not in text


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("colour=red", "KEY of site, name"),
        ("site", "KEY=VALUE"),
        ("class=toaster", "a class is one of camera"),
        ("maker=nobody", "no such maker"),
    ],
)
def test_what_cannot_be_said(db: str, word: str, problem: str) -> None:
    done = invoke(db, "set", "10.1.0.9", word)
    assert isinstance(done.exception, UsageError)
    assert problem in str(done.exception)
    assert said(db) == []


def test_formats_and_devices(db: str) -> None:
    assert isinstance(invoke(db, "set", "10.9.9.9", "site=x").exception, UsageError)
    assert isinstance(invoke(db, "set", "--format", "csv").exception, UsageError)
