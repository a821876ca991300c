"""The segment with all peers, scanned once from its own link and once from behind the router."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from camscan.lab import namespace
from camscan.lab.lab import Lab
from camscan.model.device import Device
from camscan.model.run import Run
from camscan.probes.plan import DEFAULT_PORTS
from tests.peers.lab_view import BASE, LabView
from tests.peers.network import SEGMENT, Network
from tests.peers.process import PeerProcess, silent_doors
from tests.peers.software import PEERS, WSDD, Peer

SCAN_SECONDS = 60


class Segment:
    """The running peers: namespaces, MAC addresses, and why some are not there."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.macs: dict[str, str] = {}
        self.broken: dict[str, str] = {}
        self._running: dict[str, PeerProcess] = {}

    def start(self, stack: contextlib.ExitStack, folder: Path) -> None:
        """Start what is installed and wait until all of it answers."""
        doors: dict[str, Peer] = {}
        for peer in PEERS:
            if peer.missing() is not None:
                continue
            home = folder / peer.name
            home.mkdir()
            self.macs[peer.address] = self.network.add_peer(peer.name, peer.address)
            process = PeerProcess(
                self.network.prefix(peer.name), peer.command(home), home, dict(peer.environment)
            )
            stack.callback(process.stop)
            self._running[peer.name] = process
            doors |= {f"{peer.address}:{port}": peer for port in peer.ports}
        stack.callback(self._ask_to_stop)  # the last in is the first out
        for door in silent_doors(self.network.prefix("near"), list(doors)):
            peer = doors[door]
            self.broken[peer.name] = f"nothing answers on {door}; {self.said(peer)}"

    def _ask_to_stop(self) -> None:
        for process in self._running.values():
            process.ask_to_stop()

    def said(self, peer: Peer) -> str:
        return self._running[peer.name].said()

    def require(self, peer: Peer) -> None:
        """Skip when the peer's package is missing, fail when it did not start."""
        reason = peer.missing()
        if reason is not None:
            pytest.skip(f"{peer.package}: {reason}")
        if peer.name in self.broken:
            pytest.fail(f"{peer.package} did not start: {self.broken[peer.name]}")


class Scan:
    """A run of camscan over the segment."""

    def __init__(self, run: Run, segment: Segment) -> None:
        self.run = run
        self.segment = segment

    def find(self, peer: Peer) -> Device:
        """The one device at the peer's address; skips without the peer's package."""
        self.segment.require(peer)
        return self.at(peer.address)

    def at(self, address: str) -> Device:
        found = [device for device in self.run.devices if address in device.addresses]
        assert len(found) == 1, f"{len(found)} devices at {address}"
        return found[0]


_up = contextlib.ExitStack()
"""What is up; it serves several files, and goes down with the last test of this folder."""


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Take the networks down when the next test lies elsewhere, not at the end of them all."""
    if nextitem is None or nextitem.path.parent != item.path.parent:
        _up.close()


@pytest.fixture(scope="session")
def running() -> Iterator[contextlib.ExitStack]:
    """For what must come down; also when the session is interrupted."""
    _require_namespaces()
    yield _up
    _up.close()


@pytest.fixture(scope="session")
def lab_view(running: contextlib.ExitStack) -> LabView:
    """The small lab in namespaces, with nmap at work."""
    lab = running.enter_context(Lab.up("small", mode="namespace", base=BASE))
    view = LabView(lab)
    running.callback(view.stop_nmap)
    view.start_nmap()
    return view


@pytest.fixture(scope="session")
def segment(running: contextlib.ExitStack, tmp_path_factory: pytest.TempPathFactory) -> Segment:
    """All peers that are installed, running."""
    built = Segment(running.enter_context(Network.up()))
    built.start(running, tmp_path_factory.mktemp("peers"))
    return built


@pytest.fixture(scope="session")
def near_scan(segment: Segment, tmp_path_factory: pytest.TempPathFactory) -> Scan:
    """The segment as a scanner on its own link sees it, with the usual ports and wsdd's."""
    ports = ",".join(str(port) for port in (*DEFAULT_PORTS, *WSDD.ports))
    folder = tmp_path_factory.mktemp("near")
    run = camscan(segment.network.prefix("near"), folder, SEGMENT, "--ports", ports)
    return Scan(run, segment)


@pytest.fixture(scope="session")
def far_scan(segment: Segment, tmp_path_factory: pytest.TempPathFactory) -> Scan:
    """The segment as a scanner behind the router sees it; fewer ports, to be quick."""
    ports = ",".join(str(port) for port in sorted({port for peer in PEERS for port in peer.ports}))
    folder = tmp_path_factory.mktemp("far")
    run = camscan(segment.network.prefix("far"), folder, SEGMENT, "--ports", ports)
    return Scan(run, segment)


def _require_namespaces() -> None:
    reason = namespace.unavailable()
    if reason is not None:
        pytest.skip(f"no network namespaces: {reason}")


def camscan(prefix: Sequence[str], folder: Path, *arguments: str) -> Run:
    """`camscan scan` as a user runs it; the run must hold to its own schema."""
    output = folder / "run.json"
    program = [*prefix, sys.executable, "-m", "camscan"]
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    for command in (
        [*program, "scan", *arguments, "-q", "-o", f"json:{output}", "--db", str(folder / "db")],
        [*program, "schema", "run"],
    ):
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=SCAN_SECONDS,
            cwd=folder,
            env=environment,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    Draft202012Validator(json.loads(done.stdout)).validate(json.loads(output.read_bytes()))
    return msgspec.json.decode(output.read_bytes(), type=Run)
