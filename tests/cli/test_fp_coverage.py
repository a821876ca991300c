"""`camscan fp coverage` in its three forms."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from camscan.cli.fp import fp
from camscan.cli.fp_coverage import PROTOCOLS
from camscan.matching.load import load

THIN = """
[maker]
id = "frail"
name = "Frail"
country = "DE"
reviewed = 2026-03-01
sources = ["manual: Frail guide"]

[[rule]]
id = "frail.telnet.banner.frail"
field = "telnet.banner"
equals = "Frail"
strength = "weak"
asserts = { maker = "frail" }
examples = ["Frail"]
source = ["manual: Frail guide"]
"""


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(fp, ["coverage", *arguments])
    assert result.exit_code == 0, result.output
    return result


def test_text_has_a_row_for_each_maker_and_the_totals() -> None:
    data = load()
    lines = run().stdout.splitlines()
    assert lines[0].split()[:2] == ["maker", "rules"]
    assert set(PROTOCOLS) <= set(lines[0].split())
    makers = [maker.id for maker in data.makers.values() if maker.reviewed]
    rows = lines[1 : lines.index("")]
    assert [row.split()[0] for row in rows if not row.startswith(" ")] == sorted(makers)
    assert f"{len(data.rules)} rules (" in run().stdout
    assert data.version.sha256 in lines[-1]


def test_json_and_jsonl_have_rules_per_field() -> None:
    document = json.loads(run("--format", "json").stdout)
    assert document["totals"]["rules"] == len(load().rules)
    lines = [json.loads(line) for line in run("--format", "jsonl").stdout.splitlines()]
    assert lines == document["makers"]
    hikvision = next(maker for maker in lines if maker["id"] == "hikvision")
    assert hikvision["fields"]["http.server"] >= 1
    assert hikvision["thin"] == []


def test_only_thin_ones(tmp_path: Path) -> None:
    (tmp_path / "makers").mkdir()
    (tmp_path / "makers" / "frail.toml").write_text(THIN, "utf-8")
    own = ("--fingerprints", str(tmp_path), "--format", "jsonl")
    lines = [json.loads(line) for line in run("--thin", *own).stdout.splitlines()]
    assert "hikvision" not in [maker["id"] for maker in lines]
    (frail,) = [maker for maker in lines if maker["id"] == "frail"]
    assert frail["thin"][:2] == ["no strong rule", "one field only"]
    assert len(run(*own).stdout.splitlines()) > len(lines)
    row = next(
        line
        for line in run("--fingerprints", str(tmp_path)).stdout.splitlines()
        if line.startswith("frail")
    )
    assert "no strong rule, one field only" in row
