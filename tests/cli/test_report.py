"""`camscan report`."""

from __future__ import annotations

from pathlib import Path

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
