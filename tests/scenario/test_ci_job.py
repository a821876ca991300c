"""The jobs of docs/ci.md, run as they stand there."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

PAGE = (Path(__file__).parents[2] / "docs" / "ci.md").read_text("utf-8")
CAMSCAN = f"{shlex.quote(sys.executable)} -m camscan"


def commands() -> list[str]:
    """Every `camscan lab up` of a job, on one line."""
    flat = re.sub(r"\s+", " ", PAGE)
    return re.findall(r"(camscan lab up -- camscan scan .*?-o markdown:camscan\.md)", flat)


def run(command: str, folder: Path) -> int:
    text = re.sub(r"\bcamscan (?=lab|scan)", f"{CAMSCAN} ", command)
    text = text.replace("lab up --", "lab up --mode loopback --quiet --")
    environment = {"XDG_DATA_HOME": str(folder / "data"), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    done = subprocess.run(
        ["sh", "-c", text],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 10}, done.stderr
    return done.returncode


@pytest.mark.slow(45)
def test_the_job_passes_on_what_is_known_and_fails_on_what_is_new(tmp_path: Path) -> None:
    found = commands()
    assert len(found) == 2, "GitHub and GitLab"
    assert run("camscan lab up -- camscan scan --all-sites -o json:baseline.json", tmp_path) == 0
    assert run(found[0], tmp_path) == 0
    log = json.loads((tmp_path / "camscan.sarif").read_text())
    (only,) = log["runs"]
    assert {result["baselineState"] for result in only["results"]} == {"unchanged"}
    lines = (tmp_path / "camscan.json").read_text().splitlines()
    for result in only["results"]:
        (location,) = result["locations"]
        line = location["physicalLocation"]["region"]["startLine"]
        assert location["logicalLocations"][0]["name"] in lines[line - 1]

    baseline = json.loads((tmp_path / "baseline.json").read_text())
    forgotten = next(one for one in baseline["findings"] if one["severity"] == "medium")
    baseline["findings"].remove(forgotten)
    (tmp_path / "baseline.json").write_text(json.dumps(baseline))
    assert run(found[1], tmp_path) == 10
    root = etree.parse(tmp_path / "camscan.xml").getroot()
    failed = [case for case in root.iter("testcase") if case.find("failure") is not None]
    assert [case.get("name") for case in failed] == [forgotten["rule"]]
    assert failed[0].get("classname", "").endswith(forgotten["device"])
    assert forgotten["id"] in "".join(failed[0].itertext())
