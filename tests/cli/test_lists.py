"""`camscan lists show`: every list with its dates and sources, in three formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from camscan.cli import cli
from camscan.cli.lists import FORMATS
from camscan.errors import ConfigError, SourceError, UsageError
from camscan.lists.rows import WHAT_A_LIST_IS


def run(*arguments: str) -> Result:
    return CliRunner().invoke(
        cli, ["lists", "show", *arguments], standalone_mode=False, catch_exceptions=False
    )


def document(*arguments: str) -> dict[str, Any]:
    found = json.loads(run(*arguments, "--format", "json").stdout)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("what", [(), ("us-fcc-covered",), ("advisories", "--maker", "edimax")])
def test_every_format_says_what_a_list_is(form: str, what: tuple[str, ...]) -> None:
    assert WHAT_A_LIST_IS in run(*what, "--format", form).stdout


def test_all_lists_the_united_kingdom_first() -> None:
    rows = document()["lists"]
    assert rows[0]["list"] == "uk-hcws386"
    assert all(row["dated"] and row["data"] and row["form"] for row in rows)


def test_one_list_in_full() -> None:
    found = document("us-ndaa-889")
    assert [entity["printed"] for entity in found["entities"]][:2] == [
        "Hangzhou Hikvision Digital Technology Company",
        "Dahua Technology Company",
    ]
    text = run("us-ndaa-889").stdout
    assert "binds: US federal agencies" in text
    assert "law: Public Law 115-232" in text
    markdown = run("us-ndaa-889", "--format", "markdown").stdout
    assert markdown.startswith("# US NDAA FY2019 section 889\n")
    assert "\n## entities\n" in markdown


def test_what_each_list_says_of_a_maker() -> None:
    rows = {row["list"]: row for row in document("--maker", "uniview")["lists"]}
    assert rows["us-entity-list"]["stands"] == "named"
    assert rows["us-fcc-covered"]["says"].endswith("of 2026-08-20.")
    assert rows["uk-debarment"]["stands"] == "unknown"
    (row,) = document("us-1260h", "--maker", "tapo")["lists"]
    assert "not determined" in row["says"]


def test_advisories_and_a_newer_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "kev.json"
    entry = {"cveID": "CVE-2026-0629", "dateAdded": "2026-11-01"}
    path.write_text(json.dumps({"catalogVersion": "2026.11.27", "vulnerabilities": [entry]}))
    (row,) = document("advisories", "--maker", "tp-link")["advisories"]
    assert (row["kind"], row["kev_added"]) == ("unscored", None)
    (row,) = document("advisories", "--maker", "tp-link", "--kev-file", str(path))["advisories"]
    assert (row["kind"], row["kev_added"]) == ("known-exploited", "2026-11-01")
    path.write_text("{}")
    with pytest.raises(SourceError, match="no KEV catalogue"):
        run("advisories", "--kev-file", str(path))


def test_markdown_cells_cannot_break_the_table() -> None:
    lines = run("--format", "markdown").stdout.splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert len({line.replace("\\|", "").count("|") for line in table}) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nothing"], "there are uk-hcws386, "),
        (["--maker", "nobody"], "no such maker or brand"),
        (["--format", "csv"], "lists writes table, json, markdown"),
    ],
)
def test_what_is_not_there_is_named(arguments: list[str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        run(*arguments)


def test_the_policy_of_the_configuration(tmp_path: Path) -> None:
    config = tmp_path / "camscan.toml"
    config.write_text(
        '[lists]\nuse = ["us-1260h", "us-ndaa-889"]\norder = ["us-ndaa-889"]\n'
        'severity = { us-1260h = "medium" }\n'
    )
    rows = document("--config", str(config))["lists"]
    assert [row["list"] for row in rows][:3] == ["us-ndaa-889", "us-1260h", "uk-hcws386"]
    assert [(row["counts"], row["severity"]) for row in rows][:3] == [
        ("yes", ""),
        ("yes", "medium"),
        ("no", ""),
    ]
    assert "counts" in run("--config", str(config)).stdout
    assert "counts" not in document()["lists"][0]
    config.write_text('[lists]\nuse = ["nist"]\n')
    with pytest.raises(ConfigError, match=r"\[lists\] use: 'nist' is no list"):
        run("--config", str(config))
