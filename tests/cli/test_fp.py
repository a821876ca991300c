"""`camscan fp`: what it prints, what it writes, and its exit codes."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from camscan.cli.fp import WHAT, fp
from camscan.errors import DataError, UsageError
from camscan.matching.catalog import KINDS

CHECKOUT = Path(__file__).parents[2] / "fingerprints"


def run(*arguments: str, stdin: str | None = None) -> Result:
    result = CliRunner().invoke(fp, list(arguments), input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_what_is_listed_is_what_the_catalogue_has() -> None:
    assert WHAT == KINDS


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A complete folder with nothing but the vocabulary."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "vocabulary.toml").write_bytes((CHECKOUT / "vocabulary.toml").read_bytes())
    return folder


NEW = (
    "new", "--id", "acme", "--name", "Acme", "--country", "GB", "--field", "http.server",
    "--value", "AcmeCam/1.0", "--source", "manual: Acme guide",
)  # fmt: skip


def spoil(own: Path) -> None:
    """Make the example of the only rule one that does not match."""
    path = own / "makers" / "acme.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace('examples = ["AcmeCam/1.0"]', 'examples = ["x"]'), "utf-8")


def test_list_summarises() -> None:
    result = run("list")
    assert result.exit_code == 0
    assert "Hikvision" in result.stdout
    assert "rules" in result.stdout.splitlines()[-2]
    assert "sha256" in result.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    "what", ["makers", "brands", "platforms", "software", "rules", "relations", "destinations"]
)
def test_list_of_each_kind(what: str) -> None:
    entries = [
        json.loads(line) for line in run("list", what, "--format", "jsonl").stdout.splitlines()
    ]
    assert all("id" in entry for entry in entries)
    document = json.loads(run("list", what, "--format", "json").stdout)
    assert document["entries"] == entries
    assert len(document["data"]["sha256"]) == 64
    assert run("list", what).exit_code == 0


def test_show_rule_and_maker() -> None:
    rule = json.loads(run("show", "hikvision.http.server.app-webs", "--format", "json").stdout)
    assert (rule["what"], rule["field"], rule["text"]) == ("rule", "http.server", "App-webs/")
    text = run("show", "hikvision").stdout
    assert "legal_name: Hangzhou Hikvision" in text
    assert "hikvision.http.server.app-webs" in text


def test_show_unknown_id_suggests() -> None:
    with pytest.raises(UsageError, match="did you mean hikvision"):
        run("show", "hikvsion")


def test_unknown_format() -> None:
    with pytest.raises(UsageError, match="text, json, jsonl"):
        run("list", "--format", "xml")


def test_lint_of_shipped_data_is_clean() -> None:
    result = run("lint")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "0 errors" in result.stderr


def test_lint_problems_are_exit_code_one(own: Path) -> None:
    run("--fingerprints", str(own), *NEW)
    path = own / "makers" / "acme.toml"
    path.write_text(
        path.read_text("utf-8").replace('examples = ["AcmeCam/1.0"]', 'examples = ["x"]')
    )
    result = run("lint", "--fingerprints", str(own))
    assert result.exit_code == 1
    assert "makers/acme.toml: acme.http.server.acmecam-1-0: error:" in result.stdout
    assert "[example-missed]" in result.stdout
    document = json.loads(run("lint", "--fingerprints", str(own), "--format", "json").stdout)
    assert document["errors"] == 1
    assert document["problems"][0]["code"] == "example-missed"


def test_lint_strict_fails_on_warnings(own: Path) -> None:
    run("--fingerprints", str(own), *NEW)
    path = own / "makers" / "acme.toml"
    text = path.read_text("utf-8")
    reviewed = next(line for line in text.splitlines() if line.startswith("reviewed"))
    path.write_text(text.replace(reviewed, "reviewed = 2020-01-01"))
    assert run("lint", "--fingerprints", str(own)).exit_code == 0
    assert run("lint", "--strict", "--fingerprints", str(own)).exit_code == 1


def test_test_runs_all_examples(own: Path) -> None:
    result = run("test")
    assert result.exit_code == 0
    assert " 0 failed" in result.stdout
    run("--fingerprints", str(own), *NEW)
    path = own / "makers" / "acme.toml"
    path.write_text(
        path.read_text("utf-8").replace('examples = ["AcmeCam/1.0"]', 'examples = ["x"]')
    )
    assert run("test", "--fingerprints", str(own)).exit_code == 1


def test_test_shows_what_hits() -> None:
    text = run("test", "http.server", "App-webs/").stdout
    assert "hikvision.http.server.app-webs (strong): maker=hikvision" in text
    assert "maker: Hikvision [hikvision], probable" in text
    assert "no rule of http.server matches" in run("test", "http.server", "zzz").stdout
    found = json.loads(run("test", "http.server", "App-webs/", "--format", "json").stdout)
    assert found["identity"]["maker"]["id"] == "hikvision"


def test_test_reads_standard_input() -> None:
    assert "app-webs" in run("test", "http.server", "-", stdin="App-webs/").stdout


def test_test_refuses_unknown_field_and_missing_value() -> None:
    with pytest.raises(UsageError, match="no such field"):
        run("test", "http.tittle", "x")
    with pytest.raises(UsageError, match="give the VALUE"):
        run("test", "http.server")


def test_new_writes_a_file_that_passes_lint(own: Path) -> None:
    result = run("--fingerprints", str(own), *NEW)
    assert result.exit_code == 0
    path = own / "makers" / "acme.toml"
    assert str(path) in result.stdout
    table = tomllib.loads(path.read_text("utf-8"))
    assert table["maker"]["country"] == "GB"
    assert table["rule"][0]["source"] == ["manual: Acme guide"]
    assert run("lint", "--strict", "--fingerprints", str(own)).exit_code == 0
    found = run("test", "http.server", "AcmeCam/1.0", "--fingerprints", str(own)).stdout
    assert "maker: Acme [acme], possible" in found


def test_new_adds_to_a_file_and_refuses_the_same_id(own: Path) -> None:
    run("--fingerprints", str(own), *NEW)
    with pytest.raises(UsageError, match="exists; give another --word"):
        run("--fingerprints", str(own), *NEW)
    run("--fingerprints", str(own), *NEW, "--word", "second")
    table = tomllib.loads((own / "makers" / "acme.toml").read_text("utf-8"))
    assert [rule["id"] for rule in table["rule"]] == [
        "acme.http.server.acmecam-1-0",
        "acme.http.server.second",
    ]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--source", ""), "--source"),
        (("--name", ""), "--name"),
        (("--field", "http.tittle"), "--field http.tittle"),
        (("--class", "webcam"), "--class webcam"),
        (("--match", "regex"), "--example"),
        (("--match", "regex", "--example", "other"), "does not match"),
        (("--id", "Not/An Id"), "--id"),
        (("--id", "../escape"), "--id"),
    ],
)
def test_new_refuses_and_writes_nothing(own: Path, more: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run("--fingerprints", str(own), *NEW, *more)
    assert not (own / "makers").exists()


def test_new_refuses_a_regex_that_does_not_compile(own: Path) -> None:
    with pytest.raises(DataError, match="regex"):
        run("--fingerprints", str(own), *NEW, "--match", "regex", "--value", "a(", "--example", "a")
    assert not (own / "makers").exists()


def test_new_without_a_checkout_writes_to_the_users_folder(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged = tmp_path / "_data"
    packaged.mkdir()
    own.rename(packaged / "fingerprints")
    monkeypatch.setattr("camscan.matching.data._shipped", lambda: packaged / "fingerprints")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    run(*NEW)
    assert (tmp_path / "xdg" / "camscan" / "fingerprints" / "makers" / "acme.toml").is_file()
    assert "acme" in run("list").stdout
