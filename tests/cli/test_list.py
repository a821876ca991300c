"""`camscan list`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from camscan.cli import cli
from camscan.errors import UsageError
from camscan.inventory.store import encode_run
from camscan.model.run import Run


@pytest.fixture
def run(sample_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "run.json"
    path.write_bytes(encode_run(sample_run))
    return path


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["list", *map(str, arguments)], standalone_mode=False)


def ids(*arguments: object) -> list[str]:
    done = invoke(*arguments, "--format", "jsonl")
    assert done.return_value == 0, done.exception
    return [json.loads(line)["id"] for line in done.stdout.splitlines()]


def test_filters(run: Path) -> None:
    assert ids(run) == ["d1", "d2", "d3"]
    assert ids(run, "--class", "camera") == ["d1"]
    assert ids(run, "--class", "recorder", "--class", "unknown") == ["d2", "d3"]
    assert ids(run, "--maker", "hikvision", "--subnet", "10.1.0.8/30") == ["d1", "d2"]
    assert ids(run, "--subnet", "10.1.0.9") == ["d1"]
    assert ids(run, "--site", "unknown") == ["d3"]


def test_by_finding(run: Path) -> None:
    assert ids(run, "--finding", "unexpected-egress") == ["d1"]
    assert ids(run, "--finding", "any") == ["d1", "d2"]
    assert ids(run, "--finding", "oem-of-listed-maker", "--maker", "dahua") == []
    assert isinstance(invoke(run, "--finding", "of-tomorrow").exception, UsageError)


def test_formats(run: Path) -> None:
    assert invoke(run, "--class", "camera", "--format", "csv").stdout_bytes.count(b"\r\n") == 2
    assert json.loads(invoke(run, "--format", "json").stdout)[0]["id"] == "d1"
    assert "3 devices, 1 counted as cameras" in invoke(run).stdout
    assert isinstance(invoke(run, "--format", "html").exception, UsageError)
