"""`camscan report`."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
from click.testing import CliRunner

from camscan.cli import cli
from camscan.inventory.store import encode_run
from camscan.model.run import Run


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
