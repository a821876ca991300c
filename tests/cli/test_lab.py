"""`camscan lab up`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from camscan.cli import cli


def test_runs_a_command_with_the_lab_s_sites_and_returns_its_code(tmp_path: Path) -> None:
    out = tmp_path / "seen"
    program = (
        "import os, pathlib, sys;"
        f"pathlib.Path({str(out)!r}).write_text(os.environ['CAMSCAN_LAB_TARGETS'] + chr(10) +"
        "pathlib.Path(os.environ['CAMSCAN_CONFIG']).read_text());"
        "sys.exit(7)"
    )
    done = CliRunner().invoke(
        cli,
        ["lab", "up", "--mode", "loopback", "--quiet", "--", sys.executable, "-c", program],
        standalone_mode=False,
    )
    assert done.return_value == 7
    text = out.read_text()
    assert text.startswith("127.66.")
    assert "[site." in text


def test_a_command_that_does_not_exist_is_said() -> None:
    done = CliRunner().invoke(
        cli, ["lab", "up", "--mode", "loopback", "--quiet", "--", "/nonexistent/command"]
    )
    assert done.exit_code == 1
    assert "cannot run /nonexistent/command" in done.output


def test_sigterm_takes_the_lab_down() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "camscan", "lab", "up", "--mode", "loopback"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stderr is not None
    config = None
    for line in child.stderr:
        if "its camscan.toml:" in line:
            config = Path(line.partition("toml: ")[2].strip())
        if "Ctrl-C ends it" in line:
            break
    assert config is not None
    assert config.exists()
    child.terminate()
    assert child.wait(20) == 128 + 15
    assert not config.exists()


def test_a_day_names_its_sources_and_what_is_unexpected(tmp_path: Path) -> None:
    out = tmp_path / "day"
    words = ["lab", "day", "--estate", "small", "--out", str(out), "--date", "2026-11-24"]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0
    assert "simulated" in done.output
    assert f"11 calls in it are unexpected: {out / 'truth.json'}" in done.output
    for name in ("day.pcap", "filterlog.log", "dnsmasq.log", "inventory.json", "camscan.toml"):
        assert (out / name).exists()


def test_a_day_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    words = ["lab", "day", "--estate", "small", "--out", str(tmp_path / "file" / "day")]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 1
    assert str(done.exception).startswith("cannot write to")
