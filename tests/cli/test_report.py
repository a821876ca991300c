"""`camscan report`."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from camscan.cli import cli
from camscan.errors import StoreError, UsageError
from camscan.inventory.store import encode_run
from camscan.model.run import Run
from camscan.report.registry import FORMATS


def test_writes_a_run_again_and_gates(sample_run: Run, tmp_path: Path) -> None:
    path, out = tmp_path / "run.json", tmp_path / "out.csv"
    path.write_bytes(encode_run(sample_run))
    done = CliRunner().invoke(cli, ["report", str(path), "-o", f"csv:{out}"], standalone_mode=False)
    assert done.return_value == 0
    assert out.read_text().startswith("id,address")
    for options, code in ((["--fail-on", "high"], 10), (["--require-complete"], 3)):
        done = CliRunner().invoke(cli, ["report", str(path), *options], standalone_mode=False)
        assert done.return_value == code
        assert "1 camera found" in done.stdout


def test_several_runs_are_merged(sample_run: Run, tmp_path: Path) -> None:
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for path in paths:
        info = msgspec.structs.replace(sample_run.run, id=path.stem)
        path.write_bytes(encode_run(msgspec.structs.replace(sample_run, run=info)))
    arguments = ["report", *map(str, paths), "-o", "json:-"]
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert done.return_value == 0
    document = json.loads(done.stdout)
    assert len(document["devices"]) == len(sample_run.devices)
    assert [part["run"]["id"] for part in document["merged"]] == ["a", "b"]
    assert (
        document["coverage"]["subnets"] == json.loads(encode_run(sample_run))["coverage"]["subnets"]
    )
    done = CliRunner().invoke(cli, ["report", *map(str, paths)], standalone_mode=False)
    assert "Merged from 2 runs:" in done.stdout


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["report", *map(str, arguments)], standalone_mode=False)


def test_every_format_in_one_go(sample_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(encode_run(sample_run))
    wanted = [name for name in FORMATS if name != "contacts"] + ["csv-bom"]
    outputs = [part for name in wanted for part in ("-o", f"{name}:{tmp_path / name}.out")]
    assert invoke(path, *outputs).return_value == 0
    assert all((tmp_path / f"{name}.out").stat().st_size for name in wanted)


def test_a_baseline_gates_on_what_is_new(sample_run: Run, tmp_path: Path) -> None:
    now, before, empty = (tmp_path / name for name in ("now.json", "before.json", "empty.json"))
    now.write_bytes(encode_run(sample_run))
    before.write_bytes(encode_run(sample_run))
    empty.write_bytes(encode_run(msgspec.structs.replace(sample_run, findings=())))
    known = invoke(now, "--baseline", before, "--fail-on", "low", "-o", "json:-")
    assert known.return_value == 0
    assert {one["status"] for one in json.loads(known.stdout)["findings"]} == {"known"}
    assert invoke(now, "--baseline", empty, "--fail-on", "low").return_value == 10
    gone = invoke(empty, "--baseline", now, "--fail-on", "low", "-o", "json:-")
    assert gone.return_value == 0
    statuses = {one["rule"]: one["status"] for one in json.loads(gone.stdout)["findings"]}
    assert statuses.pop("unexpected-egress") == "gone"
    assert set(statuses.values()) == {"known"}, "findings about makers are made for a baseline too"
    assert isinstance(invoke(now, "--baseline", tmp_path / "none.json").exception, StoreError)


def test_redact_hides_in_the_file_and_in_what_points_to_it(
    sample_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "run.json"
    path.write_bytes(encode_run(sample_run))
    done = invoke(path, "--redact", "-o", "json:out.json", "-o", "sarif:out.sarif")
    assert done.return_value == 0
    text = (tmp_path / "out.json").read_text()
    assert "10.1.0.9" not in text
    log = json.loads((tmp_path / "out.sarif").read_text())
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "out.json"
    assert '"device-1"' in text.splitlines()[place["region"]["startLine"] - 1]


def test_sarif_points_to_the_file_that_was_read(
    sample_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.json").write_bytes(encode_run(sample_run))
    assert '"uri": "run.json"' in invoke("run.json", "-o", "sarif:-").stdout


def test_contacts_cannot_be_redacted(sample_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(encode_run(sample_run))
    done = invoke(path, "--redact", "-o", f"contacts:{tmp_path / 'c.csv'}")
    assert isinstance(done.exception, UsageError)
    assert not (tmp_path / "c.csv").exists()


def test_per_site_and_allow_empty(sample_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(encode_run(sample_run))
    assert "Network cameras: Town" in invoke(path, "--per-site", "-o", "foi:-").stdout
    assert "Network cameras: Town" not in invoke(path, "-o", "foi:-").stdout
    path.write_bytes(encode_run(msgspec.structs.replace(sample_run, devices=(), findings=())))
    assert "no device was found" in invoke(path, "-o", "junit:-").stdout
    assert "no device was found" not in invoke(path, "--allow-empty", "-o", "junit:-").stdout


def test_findings_of_makers_and_firmware_are_made_anew(sample_run: Run, tmp_path: Path) -> None:
    device = sample_run.devices[0]
    assert device.maker is not None
    assert device.maker.id == "hikvision"
    path = tmp_path / "run.json"
    path.write_bytes(encode_run(sample_run))
    done = CliRunner().invoke(cli, ["report", str(path), "-o", "json:-"], standalone_mode=False)
    found = json.loads(done.stdout)["findings"]
    named = [finding for finding in found if finding["rule"] == "oem-of-listed-maker"]
    assert [finding["device"] for finding in named] == [device.id], "an Annke of Hikvision's"
    kept = {finding.id for finding in sample_run.findings}
    assert kept <= {finding["id"] for finding in found}


def test_a_file_that_is_no_catalogue_is_refused(sample_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(encode_run(sample_run))
    arguments = ["report", str(path), "--kev-file", str(path)]
    done = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert "no KEV catalogue" in str(done.exception)
