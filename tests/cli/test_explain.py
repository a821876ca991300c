"""`camscan explain`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from camscan.cli import cli
from camscan.inventory.store import encode_run
from camscan.model.run import Run


def explain(run: Run, tmp_path: Path, *arguments: str) -> str:
    path = tmp_path / "run.json"
    path.write_bytes(encode_run(run))
    done = CliRunner().invoke(cli, ["explain", *arguments, "--run", str(path)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_shows_the_chain_from_value_to_rule_to_source(sample_run: Run, tmp_path: Path) -> None:
    text = explain(sample_run, tmp_path, "10.1.0.9")
    assert "maker: Hikvision" in text
    assert "App-webs/" in text
    assert "rule hikvision.http.server.app-webs" in text
    assert "source github:" in text


def test_as_data(sample_run: Run, tmp_path: Path) -> None:
    document = json.loads(explain(sample_run, tmp_path, "d1", "--format", "json"))
    steps = {step["attribute"]: step for step in document["explanation"]["steps"]}
    assert steps["maker"]["value"] == "hikvision"
    assert steps["maker"]["reasons"][0]["evidence"]


def test_names_who_bought_the_block_of_the_mac(sample_run: Run, tmp_path: Path) -> None:
    pytest.importorskip("scapy")
    text = explain(sample_run, tmp_path, "10.1.0.9")
    owner = "Hangzhou Hikvision Digital Technology Co.,Ltd."
    assert f"c0:56:e3:00:00:09 is in a block that IEEE gave to {owner}" in text
    document = json.loads(explain(sample_run, tmp_path, "d1", "--format", "json"))
    assert document["mac_organisation"] == owner
    without = json.loads(explain(sample_run, tmp_path, "d2", "--format", "json"))
    assert without["mac_organisation"] is None
