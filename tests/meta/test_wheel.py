"""The wheel, built from the sdist and installed with its run-time dependencies only, works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from msgspec import Struct

from camscan.sources.flows import packet_counter

pytestmark = [pytest.mark.slow(50), pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "requirements" / "runtime.txt"
# What pip says when there is no index to ask; a wrong hash or a missing pin is a failure.
NO_INDEX = (
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "Read timed out",
    "ConnectTimeoutError",
    "ProxyError",
)


class Built(Struct, frozen=True):
    """Both distributions, and the checkout's files and data as they were at the time."""

    sdist: Path
    wheel: Path
    files: frozenset[str]
    data: dict[str, str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sdist, and the wheel that is built from the sdist."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (sdist,) = out.glob("*.tar.gz")
    (wheel,) = out.glob("*.whl")
    doctor = subprocess.run(
        [sys.executable, "-m", "camscan", "doctor", "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "XDG_DATA_HOME": str(out)},
    )
    return Built(sdist, wheel, frozenset(_expected()), json.loads(doctor.stdout)["data"])


def _expected() -> Iterator[str]:
    """Names in the wheel of everything that the checkout ships."""
    for path in (ROOT / "camscan").rglob("*"):
        if path.is_file() and path.suffix not in {".pyc", ".so", ".pyd"}:
            yield path.relative_to(ROOT).as_posix()
    for path in (ROOT / "fingerprints").rglob("*.toml"):
        yield f"camscan/_data/{path.relative_to(ROOT).as_posix()}"
    yield "camscan/_data/docs/findings.md"


@pytest.fixture(scope="module")
def installed(
    built: Built, tmp_path_factory: pytest.TempPathFactory, outer_network: tuple[str, ...]
) -> Path:
    """`bin` of an environment with the wheel and the pinned run-time dependencies, no more."""
    home = tmp_path_factory.mktemp("wheel")
    venv.create(home / "venv")
    folder = home / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [*outer_network, sys.executable, "-m", "pip", "--python", str(folder / "python")]
    pip += ["--disable-pip-version-check", "install", "--quiet", "--retries", "1", "--timeout"]
    pip += ["20", "--no-compile"]  # of all that is installed, little is imported here
    pinned = subprocess.run(
        [*pip, "--require-hashes", "-r", str(RUNTIME)], capture_output=True, text=True, cwd=home
    )
    if pinned.returncode != 0:
        if any(words in pinned.stderr for words in NO_INDEX):
            pytest.skip("the package index cannot be reached")
        pytest.fail(pinned.stderr[-3000:])
    subprocess.run([*pip, "--no-deps", "--no-index", str(built.wheel)], check=True, cwd=home)
    return folder


def run(folder: Path, *arguments: str) -> str:
    """What the installed camscan prints, run outside the checkout and without its settings."""
    home = folder.parents[1]
    kept = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT", "TMP") if key in os.environ}
    done = subprocess.run(
        [str(folder / "camscan"), *arguments],
        capture_output=True,
        text=True,
        cwd=home,
        env={**kept, "HOME": str(home), "XDG_DATA_HOME": str(home / "data")},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_program_and_its_data_only(built: Built) -> None:
    names = zipfile.ZipFile(built.wheel).namelist()
    roots = {name.partition("/")[0] for name in names}
    assert {root for root in roots if not root.endswith((".dist-info", ".data"))} == {"camscan"}
    assert [name.partition("/")[2] for name in names if ".data/" in name] == [
        "data/share/man/man1/camscan.1"
    ]
    assert any(name.startswith("camscan/_data/fingerprints/makers/") for name in names)
    assert any(name.startswith("camscan/lab/personas/") for name in names)
    stray = [name for name in names if "/tests/" in name or "/test_" in name or "/tools/" in name]
    assert stray == []
    licences = [name for name in names if name.endswith("licenses/LICENSE")]
    assert len(licences) == 1


def test_every_source_and_data_file_is_in_the_wheel(built: Built) -> None:
    assert built.files - set(zipfile.ZipFile(built.wheel).namelist()) == set()


def test_it_is_for_every_platform_and_holds_nothing_compiled(built: Built) -> None:
    assert built.wheel.name.endswith("-py3-none-any.whl")
    names = zipfile.ZipFile(built.wheel).namelist()
    assert [name for name in names if name.endswith((".so", ".pyd"))] == []


def test_a_compiled_wheel_counts_with_what_was_compiled(built: Built, tmp_path: Path) -> None:
    """It is built from the sdist's files, in a folder where nothing was compiled before."""
    if not packet_counter.COMPILED:
        pytest.skip("there is no C compiler or no header of Python (make compiled)")
    with tarfile.open(built.sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    env = {**os.environ, "CAMSCAN_COMPILE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=source, env=env)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (wheel,) = tmp_path.glob("*.whl")
    assert not wheel.name.endswith("-any.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "out")
    counts = "from camscan.sources.flows import packet_counter as p; print(p.COMPILED, p.__file__)"
    told = subprocess.run(
        [sys.executable, "-c", counts],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path / "out",
        env={**os.environ, "PYTHONPATH": str(tmp_path / "out")},
    ).stdout.split()
    assert told[0] == "True"
    assert Path(told[1]).is_relative_to(tmp_path)


def test_the_sdist_holds_what_a_packager_needs(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "fingerprints/oem.toml"}
    assert wanted <= names
    assert any(name.startswith("tests/") for name in names)


def test_its_data_is_the_data_of_the_checkout(built: Built, installed: Path) -> None:
    assert json.loads(run(installed, "doctor", "--format", "json"))["data"] == built.data


def test_fp_list(installed: Path) -> None:
    listed = run(installed, "fp", "list")
    assert "hikvision" in listed
    assert "dahua" in listed


def test_scan(installed: Path) -> None:
    found = json.loads(run(installed, "scan", "127.66.77.0/30", "-q", "-o", "json:-"))
    jsonschema.validate(found, json.loads(run(installed, "schema", "run")))
    assert found["run"]["scope"]["targets"] == ["127.66.77.0/30"]
    assert found["run"]["status"] == "complete"


def test_egress_has_its_tables(installed: Path) -> None:
    lines = json.loads(run(installed, "doctor", "--format", "json"))["geo"]
    assert any("DB-IP" in line for line in lines)
