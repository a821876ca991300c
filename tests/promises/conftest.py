"""One scan of a whole estate, every byte of it recorded, for all tests of this folder to read."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import jsonschema
import pytest

from camscan.lab import Lab
from camscan.lab.estate import Site, populate

ROOT = Path(__file__).parents[2]
CAMSCAN = (sys.executable, "-m", "camscan")
HERE = Path(__file__).parent
BAND_ORDER = ("possible", "probable", "confirmed")

CAMERAS = (
    "hikvision-app-webs",
    "hikvision-onvif-off",
    "dahua-ipc",
    "axis-os10",
    "tapo-c",
    "annke-c800",
    "uniview-ipc",
    "hanwha-x",
    "bosch-ip",
    "reolink-rlc",
    "xiongmai-xm530",
    "vivotek-fd",
    "unifi-uvc",
    "unknown-631ga",
)
OTHERS = ("hikvision-nvr", "pc-windows", "pc-closed", "printer-brother", "router-goahead")
HOSTILE = ("endless", "huge", "redirect", "close", "rubbish", "drip")
ESTATE = populate(
    "promises",
    (Site("near", (0,)), Site("far", (1,)), Site("dark", (2,))),
    [*((name, 1) for name in (*CAMERAS, *OTHERS)), *((f"hostile-{name}", 1) for name in HOSTILE)],
    seed=17,
    silent=(2,),
)
BASE = "10.66"
TARGETS = (f"{BASE}.0.0/24", f"{BASE}.1.0/26", f"{BASE}.2.0/27")
EXCLUDED = f"{BASE}.1.40"
STRANGER = f"{BASE}.9.9"
"""A private address beside the scope where everything is open: what must never be reached."""
GUARDED, LURE, DOORS, EVIL = (f"{BASE}.1.{host}" for host in (50, 51, 52, 53))


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"camscan_promises_{name}", HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_wire = _load("wire")


@pytest.fixture(scope="session")
def wire() -> ModuleType:
    """The module wire.py."""
    return _wire


class Done(NamedTuple):
    """A finished program. `out` is bytes as they came."""

    code: int
    out: bytes
    err: str


def environment(home: Path, **more: str) -> dict[str, str]:
    """An environment of its own: nothing of the user's configuration or data is touched."""
    kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    kept.pop("CAMSCAN_CONFIG", None)
    return {
        **kept,
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "200",
        **more,
    }


def run_camscan(
    *arguments: str, home: Path, prefix: Sequence[str] = (), timeout: float = 100, **more: str
) -> Done:
    """Run `camscan ARGUMENTS` and wait for it."""
    done = subprocess.run(
        [*prefix, *CAMSCAN, *arguments],
        capture_output=True,
        cwd=home,
        env=environment(home, **more),
        timeout=timeout,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Done(done.returncode, done.stdout, done.stderr.decode())


@pytest.fixture(name="camscan")
def camscan_fixture(tmp_path: Path) -> Callable[..., Done]:
    """Run `camscan` with this test's folder as its home."""
    return lambda *arguments, **kind: run_camscan(*arguments, **{"home": tmp_path, **kind})


@pytest.fixture(scope="session")
def check_run(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, Any]], None]:
    """Fail unless a run keeps the contract: its schema, evidence behind each claim, reasons."""
    home = tmp_path_factory.mktemp("schema")
    printed = run_camscan("schema", "run", home=home)
    assert printed.code == 0, printed.err
    schema = json.loads(printed.out)
    validator = jsonschema.Draft202012Validator(schema)

    def check(run: dict[str, Any]) -> None:
        problems = [f"{e.json_path}: {e.message}" for e in validator.iter_errors(run)]
        assert not problems, problems[:5]
        data = run["tool"]["data"]
        assert data["version"]
        assert len(data["date"].split("-")) == 3
        assert len(data["sha256"]) == 64
        for skip in run["coverage"]["skips"]:
            assert skip["reason"].strip(), skip
            assert skip["subject"].strip(), skip
        for subnet in run["coverage"]["subnets"]:
            assert subnet["state"] == "answered" or subnet["reason"].strip(), subnet
        for method in run["coverage"]["methods"]:
            assert method["status"] == "done" or method["reason"].strip(), method
        for device in run["devices"]:
            _check_device(device)

    return check


def _check_device(device: dict[str, Any]) -> None:
    known = {item["id"] for item in device["evidence"]}
    assert len(known) == len(device["evidence"]), device["id"]
    for name in ("class", "maker", "brand", "platform", "model", "firmware"):
        claim = device[name]
        if claim is None:
            continue
        where = (device["addresses"], name, claim)
        assert claim["band"] in BAND_ORDER, where
        assert claim.get("value", claim.get("id")), where
        assert claim["evidence"], where
        assert set(claim["evidence"]) <= known, where
        for rival in claim["rivals"]:
            assert set(rival["evidence"]) <= known, where


class Campaign:
    """What one `camscan scan` did: its answer, its reports, and the wire."""

    base = BASE
    excluded = EXCLUDED
    stranger = STRANGER
    targets = TARGETS
    guarded, lure, doors, evil = GUARDED, LURE, DOORS, EVIL
    hostile = HOSTILE
    cameras = CAMERAS

    def __init__(self, folder: Path, lab: Lab, capture: Any, plan: Done, done: Done) -> None:
        self.folder = folder
        self.lab = lab
        self.capture = capture
        self.plan = plan
        self.done = done

    @cached_property
    def packets(self) -> list[Any]:
        """Every frame."""
        return self.capture.packets

    @cached_property
    def left(self) -> list[Any]:
        """Every frame that left."""
        return [packet for packet in self.packets if packet.out]

    @cached_property
    def connections(self) -> list[Any]:
        """Every TCP connection of the scanner."""
        return _wire.connections(self.packets)

    @cached_property
    def run(self) -> dict[str, Any]:
        """The run JSON."""
        return json.loads((self.folder / "run.json").read_bytes())

    @cached_property
    def contacts(self) -> list[dict[str, str]]:
        """Rows of `-o contacts:`."""
        text = (self.folder / "contacts.csv").read_text()
        return list(csv.DictReader(io.StringIO(text)))

    @cached_property
    def heard(self) -> list[tuple[str, int, bytes]]:
        """What the bait devices received, joined per connection chunk: (address, port, bytes)."""
        lines = (self.folder / "bait.jsonl").read_text().splitlines()
        rows = [json.loads(line) for line in lines]
        return [(row["address"], row["port"], bytes.fromhex(row["hex"])) for row in rows]

    def device(self, address: str) -> dict[str, Any]:
        """The device at an address."""
        return next(d for d in self.run["devices"] if address in d["addresses"])

    def addresses(self, *personas: str) -> list[str]:
        """Where the devices of these personas stand."""
        return [a for a, truth in self.lab.truth.items() if truth.persona in personas]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the campaign recorded is held to times: nothing else runs beside it."""
    for item in items:
        if "campaign" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.alone)


@pytest.fixture(scope="session")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campaign]:
    """`scan --plan`, then the same scan, of cameras, hostile devices and baits, recorded.

    The scanner has a default route, so what is sent to anywhere leaves and is seen; every proxy
    variable points to an address outside the scope, and a .netrc has a password for everybody.
    """
    folder = tmp_path_factory.mktemp("campaign")
    targets = [*TARGETS, "--exclude", EXCLUDED]
    proxy = f"http://{STRANGER}:3128"
    names = ("http", "https", "all", "ftp", "ws", "wss")
    proxies = {f"{n}_proxy": proxy for n in names} | {f"{n.upper()}_PROXY": proxy for n in names}
    (folder / ".netrc").write_text("default login admin password 12345\n")
    (folder / ".netrc").chmod(0o600)
    proxies["NETRC"] = str(folder / ".netrc")
    with Lab.up(ESTATE, mode="namespace", ipv6=True) as lab:
        scanner, far = lab.prefix[-1], lab.far_prefix[-1]
        (folder / "camscan.toml").write_text(lab.config_text)
        for address in (EXCLUDED, STRANGER, GUARDED, LURE, DOORS, EVIL):
            _wire.ip("-n", far, "route", "add", "local", f"{address}/32", "dev", "lo")
        _wire.ip("-n", scanner, "route", "add", "default", "via", f"{BASE}.0.1")
        _wire.settled(scanner)
        with _bait(far, folder / "bait.jsonl"):
            with _wire.capture(scanner) as quiet:
                planned = run_camscan(
                    "scan", "--plan", "--format", "json", *targets,
                    home=folder, prefix=lab.prefix, **proxies,
                )  # fmt: skip
            assert planned.code == 0, planned.err
            assert _spoken(quiet.left) == [], "scan --plan sends nothing"
            with _wire.capture(scanner) as capture:
                done = run_camscan(
                    "scan", *targets, "--authorised-by", "promise tests",
                    "-o", "table:-", "-o", f"json:{folder}/run.json", "-o", f"csv:{folder}/run.csv",
                    "-o", f"contacts:{folder}/contacts.csv", "-o", f"jsonl:{folder}/run.jsonl",
                    home=folder, prefix=lab.prefix, **proxies,
                )  # fmt: skip
        assert done.code == 0, done.err
        yield Campaign(folder, lab, capture, planned, done)


def _spoken(left: list[Any]) -> list[Any]:
    """Packets of programs: without the kernel's own neighbour and router discovery."""
    return [p for p in left if p.kind not in ("arp", "icmp6")]


@pytest.fixture(scope="session")
def spoken() -> Callable[[list[Any]], list[Any]]:
    """Packets that left, without the kernel's own neighbour and router discovery."""
    return _spoken


class _bait:  # noqa: N801 - a context manager
    """The program bait.py in a namespace, until the block ends."""

    def __init__(self, namespace: str, log: Path) -> None:
        log.touch()
        self._child = subprocess.Popen(
            [
                "ip",
                "netns",
                "exec",
                namespace,
                sys.executable,
                str(HERE / "bait.py"),
                str(log),
                BASE,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> None:
        assert self._child.stdout is not None
        if self._child.stdout.readline() != b"ready\n":
            self.__exit__()
            pytest.fail("the bait devices did not come up")

    def __exit__(self, *_: object) -> None:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.close()
        try:
            self._child.wait(5)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._child.stdout.close()


@pytest.fixture
def namespaces() -> Iterator[Any]:
    """Namespaces for one test."""
    made = _wire.Namespaces()
    try:
        yield made
    finally:
        made.close()


class Running:
    """A `camscan` under way; ended with the test at the latest."""

    def __init__(
        self, arguments: Sequence[str], home: Path, prefix: Sequence[str] = (), **more: str
    ) -> None:
        self.home = home
        self.child = subprocess.Popen(
            [*prefix, *CAMSCAN, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=home,
            env=environment(home, **more),
            # A shell starts background jobs with SIGINT ignored, and children inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def until(self, word: str, *, times: int = 1, seconds: float = 90) -> None:
        """Wait until the newest journal holds `word` so many times."""
        pause = threading.Event()
        held, place = "", 0
        for _ in range(int(seconds * 20)):
            found = sorted((self.home / "db" / "runs").glob("*.jsonl"))
            if found:
                with found[-1].open(errors="replace") as journal:
                    journal.seek(place)
                    held += journal.read()
                    place = journal.tell()
            if held.count(word) >= times:
                return
            assert self.child.poll() is None, self.finish().err
            pause.wait(0.05)
        pytest.fail(f"no {word!r} in the journal within {seconds} s")

    def finish(self, timeout: float = 30) -> Done:
        """Wait for its end."""
        out, err = self.child.communicate(timeout=timeout)
        return Done(self.child.returncode, out, err.decode())


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Start `camscan` beside the test."""
    running: list[Running] = []

    def begin(*arguments: str, **more: Any) -> Running:
        running.append(Running(arguments, tmp_path, **more))
        return running[-1]

    yield begin
    for one in running:
        if one.child.poll() is None:
            one.child.kill()
        one.child.communicate()


@pytest.fixture(scope="session")
def office() -> Iterator[Lab]:
    """Twelve devices on loopback, on ports from 1024 up; needs no root."""
    with Lab.up("small", mode="loopback", base="127.87") as lab:
        yield lab
