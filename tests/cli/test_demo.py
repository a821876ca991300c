"""The demo: the whole estate, scanned with the real commands."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import jsonschema
import msgspec
import pytest

from camscan.cli.demo import differences
from camscan.findings.checked import EXPOSURE_IDS
from camscan.findings.end_of_life_model import EndOfLifeModel
from camscan.findings.factory_address import FactoryAddress
from camscan.findings.registry import EGRESS_RULES, INVENTORY_RULES
from camscan.inventory.store import decode_run
from camscan.lab.estates import estate
from camscan.model.count import class_of, count, made_by
from camscan.model.coverage import SubnetState
from camscan.model.run import Run
from camscan.report.interface import ReportInput
from camscan.report.registry import FORMATS
from camscan.report.tally import cameras, other_brand
from tests.report.conftest import readable
from tests.report.test_registry import FORBIDDEN

_INVENTORY = [rule.id for rule in INVENTORY_RULES]


class Demo(NamedTuple):
    """A finished `camscan lab demo`: its folder and what it printed."""

    folder: Path
    printed: str


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo as anybody starts it, in a terminal of 100 columns; once for all that look at it."""
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-m", "camscan", "lab", "demo", "--out", str(folder / "demo")],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "COLUMNS": "100"},
    )
    assert done.returncode == 0, done.stderr
    return Demo(folder / "demo", done.stdout)


@pytest.fixture(scope="module")
def on_loopback(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo where no namespace can be made; once for all that look at it."""
    folder = tmp_path_factory.mktemp("loopback")
    command = [sys.executable, "-m", "camscan", "lab", "demo", "--mode", "loopback"]
    command += ["--out", str(folder), "-q"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Demo(folder, done.stdout)


@pytest.mark.slow(45)
def test_the_district_on_loopback(on_loopback: Demo) -> None:
    check(on_loopback.folder, on_loopback.printed)


@pytest.mark.slow(45)
def test_no_report_of_the_district_says_what_a_scan_cannot_know(on_loopback: Demo) -> None:
    run = decode_run((on_loopback.folder / "run.json").read_bytes(), "run.json")
    assert len({finding.rule for finding in run.findings}) >= 15
    for name in FORMATS:
        text = readable(name, ReportInput(run=run, contacts=(), per_site=True)).lower()
        assert not [word for word in FORBIDDEN if re.search(rf"\b{word}\b", text)], name


@pytest.mark.alone
@pytest.mark.slow(45)
@pytest.mark.root
@pytest.mark.timeout(300)
def test_the_district_in_namespaces(demo: Demo) -> None:
    assert "Up in network namespaces" in demo.printed
    check(demo.folder, demo.printed)
    assert '"telnet-open"' in (demo.folder / "run.json").read_text("utf-8")


@pytest.mark.alone
@pytest.mark.slow(45)
@pytest.mark.root
@pytest.mark.timeout(300)
def test_the_readme_opens_with_what_the_demo_prints(demo: Demo) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    snippet = readme.partition("```text\n")[2].partition("```")[0]
    printed = {_squeezed(line) for line in demo.printed.splitlines()}
    quoted = {_squeezed(line) for line in snippet.splitlines()} - {"…", ""}
    assert quoted - printed == set()


def _squeezed(line: str) -> str:
    """Without the spaces that pad a table; its rules are as wide as the terminal."""
    return re.sub("─+", "─", " ".join(line.split()))


def check(folder: Path, printed: str) -> None:
    data = (folder / "run.json").read_bytes()
    jsonschema.Draft202012Validator(msgspec.json.schema(Run)).validate(json.loads(data))
    run = decode_run(data, "run.json")
    assert count(run.devices).cameras == 212
    assert count(run.devices).recorders == 8
    hikvision = [device for device in cameras(run) if made_by(device, "hikvision")]
    assert len(hikvision) == 86
    assert sum(1 for device in hikvision if other_brand(device)) == 7
    assert sum(1 for device in cameras(run) if device.maker is None) == 9
    assert any(s.state is SubnetState.NOT_REACHED for s in run.coverage.subnets)
    assert "212 cameras found; 86 made by Hikvision, 7 of them sold under other names" in printed
    assert "9 of unknown maker" in printed
    assert "simulated" in printed
    assert str(folder / "run.json") in printed
    flagged = {c.address for c in run.conversations if c.verdict == "unexpected"}
    assert len(flagged) == 3
    by_address = {a: d for d in run.devices for a in d.addresses}
    assert all(made_by(by_address[address], "hikvision") for address in flagged)
    assert {c.country for c in run.conversations if c.verdict == "unexpected"} == {"CN"}
    calling = {rule.id for rule in EGRESS_RULES}
    assert all(
        f.device is None or f.device in {by_address[a].id for a in flagged}
        for f in run.findings
        if f.rule in calling
    )
    check_lists_and_firmware(run)
    check_exposure(run)


def check_lists_and_firmware(run: Run) -> None:
    """What the district was planted with: who is on lists, and which firmware is in a range."""
    found = {rule: [f for f in run.findings if f.rule == rule] for rule in _INVENTORY}
    devices = {device.id: device for device in run.devices}
    named = {f.device for f in found["listed-maker"] if f.severity == "low"}
    other = {f.device for f in found["oem-of-listed-maker"]}
    assert all(
        (device.id in named) != (device.id in other)
        for device in cameras(run)
        if made_by(device, "hikvision") or made_by(device, "dahua")
    )
    assert {devices[one].brand.name for one in other} == {"Annke", "LTS", "Amcrest", "Lorex"}
    assert not any(made_by(devices[one], "axis") for one in named | other)
    exploited = found["known-exploited-firmware"]
    assert {(f.severity, devices[f.device].model.value) for f in exploited} == {
        ("critical", "DS-2CD2532F-IWS")
    }
    about_maker = set(_INVENTORY) - {FactoryAddress.id, EndOfLifeModel.id}
    assert not any(
        made_by(devices[f.device], "axis")
        for f in run.findings
        if f.device and f.rule in about_maker
    )
    skipped = {skip.what for skip in run.coverage.skips}
    assert {"known-exploited-firmware", "listed-maker"} <= skipped


def check_exposure(run: Run) -> None:
    """What the district's devices show of themselves, as their personas were made."""
    makers = {d.id: d.maker.id if d.maker else None for d in run.devices}
    found: Counter[tuple[str, str, str | None]] = Counter(
        (f.rule, f.severity.value, makers[f.device] if f.device else None)
        for f in run.findings
        if f.rule in EXPOSURE_IDS
    )
    assert found["onvif-without-login", "low", "xiongmai"] == 7
    assert found["rtsp-without-login", "high", "hikvision"] == 3
    assert found["weak-certificate", "low", "axis"] == 5
    assert found["expired-certificate", "low", "vivotek"] == 5
    assert found["wrong-clock", "medium", "xiongmai"] == 3
    assert found["wrong-clock", "low", None] == 3, "of unknown make, local time told as UTC"
    assert found["shared-key", "medium", None] == 1
    (shared,) = [f for f in run.findings if f.rule == "shared-key"]
    assert re.match(r"5 devices of \S.* share one TLS key \(CN=camera.ubnt.dev,", shared.title)
    once = ("shared-key", "expired-certificate", "weak-certificate", "wrong-clock")
    assert sum(found[one] for one in found if one[0] in once) == 1 + 5 + 5 + 6
    if any(port.port == 23 for device in run.devices for port in device.ports):
        assert found["telnet-open", "high", "xiongmai"] == 3
        assert found["ftp-open", "medium", "axis"] == 5
    else:  # on loopback the estate cannot open these two, and opens others
        assert not any(one[0] in ("telnet-open", "ftp-open") for one in found)


def test_differences_name_every_kind_of_error(sample_run: Run) -> None:
    truth = estate("district").truth("10.66")
    problems = differences(sample_run, truth)
    real = [t for t in truth.values() if t.kind not in {"other", "vms"}]
    assert len(problems) == len(real), "nothing of the estate is in the sample"
    assert class_of(sample_run.devices[0]) == "camera"
