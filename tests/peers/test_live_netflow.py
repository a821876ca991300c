"""softflowd watches an interface and exports NetFlow 9 and IPFIX to `camscan watch --netflow`.

    camera ── mon0 [softflowd ─ relay ─ nfcapd ─ camscan]

The relay stands for the network between them: it says when a datagram left softflowd, and loses
those that tell of the second call. libpcap gives softflowd 1.1.0 whole blocks only, so a machine
that is in no inventory sends enough to fill one after each call.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from camscan.cli import INTERRUPTED
from camscan.inventory.store import Store, encode_run
from tests.peers.process import PeerProcess

pytestmark = [pytest.mark.root, pytest.mark.peer, pytest.mark.alone]

COLLECTOR = 2055
VERSIONS = {"9": 9, "10": 10}
"""Version: the third octet of the peers that this exporter tells of."""
LOST = 2
_OTHER = "10.66.1.200"
# Port, peers' third octet. Prints the time of each datagram, its version and the calls in it.
_RELAY = f"""
import socket, sys, time
inbox, out = (socket.socket(type=socket.SOCK_DGRAM) for _ in range(2))
inbox.bind(("127.0.0.1", int(sys.argv[1])))
print("ready", flush=True)
while True:
    data = inbox.recv(65535)
    at = time.monotonic()
    calls = [n for n in (1, 2, 3) if bytes((36, 110, int(sys.argv[2]), n)) in data]
    if {LOST} not in calls:
        out.sendto(data, ("127.0.0.1", {COLLECTOR}))
    print(at, int.from_bytes(data[:2], "big"), *calls, flush=True)
"""
_FILL = """
import socket, sys
s = socket.socket(type=socket.SOCK_DGRAM); s.bind((sys.argv[1], 0))
for number in range(2000):
    s.sendto(bytes(200), (sys.argv[2], 9))
"""


class Exporter:
    """One softflowd and its relay; `left` says when the call of a number came by first."""

    def __init__(self, border: Any, version: str, stack: contextlib.ExitStack) -> None:
        self._border = border
        self.net = f"36.110.{VERSIONS[version]}"
        self.left: dict[int, float] = {}
        self.versions: set[str] = set()
        self._changed = threading.Condition()
        inside = ["ip", "netns", "exec", border.near]
        port, octet = str(3000 + VERSIONS[version]), str(VERSIONS[version])
        child = stack.enter_context(
            subprocess.Popen(
                [*inside, sys.executable, "-I", "-c", _RELAY, port, octet],
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        stack.callback(child.kill)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        threading.Thread(target=self._read, args=(child.stdout,), daemon=True).start()
        folder = border.folder / f"softflowd-{version}"
        folder.mkdir()
        words = ["softflowd", "-d", "-i", "mon0", "-n", f"127.0.0.1:{port}", "-v", version]
        words += ["-t", "udp=1", "-t", "expint=1", "-p", str(folder / "pid")]
        words += ["-c", str(folder / "control"), f"udp and dst net {self.net}.0/24"]
        self._softflowd = PeerProcess(inside, words, folder, {})
        stack.callback(self._softflowd.stop)
        self._wait(lambda: "Exporting flows" in self._softflowd.said())

    def call(self, number: int) -> None:
        """A call that it sees."""
        self._border.call(9000, peer=f"{self.net}.{number}")
        self._border.camera(_FILL, _OTHER, f"{self.net}.99")

    def exported(self, number: int) -> float:
        """When the record of a call left it."""
        self._wait(lambda: number in self.left)
        return self.left[number]

    def _read(self, stream: Any) -> None:
        for line in stream:
            at, version, *calls = line.split()
            with self._changed:
                self.versions.add(version)
                for number in calls:
                    self.left.setdefault(int(number), float(at))
                self._changed.notify_all()

    def _wait(self, true: Callable[[], bool]) -> None:
        end = time.monotonic() + 30
        with self._changed:
            while not true():
                assert time.monotonic() < end, self._softflowd.said()
                self._changed.wait(0.05)


@pytest.fixture
def exporters(border: Any) -> Iterator[dict[str, Exporter]]:
    for program in ("softflowd", "nfcapd", "nfdump"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    other = ["ip", "-n", border.far, "address", "add", f"{_OTHER}/24", "dev", "cam0"]
    subprocess.run(other, check=True)
    with contextlib.ExitStack() as stack:
        yield {version: Exporter(border, version, stack) for version in VERSIONS}


def test_flows_of_softflowd_are_judged_within_five_seconds_and_its_losses_shown(
    border: Any, exporters: dict[str, Exporter]
) -> None:
    with border.camscan("watch", "--netflow", str(COLLECTOR)) as told:
        told.wait_for("watching")
        for number in (1, LOST, 3):
            for exporter in exporters.values():
                exporter.call(number)
            for exporter in exporters.values():
                exporter.exported(number)
        for version, exporter in exporters.items():
            assert exporter.versions == {version}
            for number in (1, 3):
                said = told.wait_for(f"calls {exporter.net}.{number} udp/9000")
                assert said - exporter.exported(number) < 5.0
        told.child.send_signal(signal.SIGTERM)
        assert told.child.wait(timeout=60) == INTERRUPTED
    peers = {f"{exporter.net}.{number}" for exporter in exporters.values() for number in (1, 3)}
    assert len(told.with_words("calls ")) == len(peers)  # each once, the lost ones never
    assert told.with_words("packets or records were lost")
    run = stored(border.folder)
    assert {c["peer"] for c in run["conversations"] if c["verdict"] == "unexpected"} == peers
    (said,) = [s["reason"] for s in run["coverage"]["skips"] if s["what"] == "completeness"]
    gaps = re.fullmatch(r"flow records were lost on the way: (\d+) gaps in .* numbers", said)
    assert gaps is not None
    assert int(gaps[1]) >= len(exporters)
    (method,) = [m for m in run["coverage"]["methods"] if m["name"].startswith("nfdump")]
    assert f"{gaps[1]} lost" in method["reason"]


def stored(folder: Path) -> dict[str, Any]:
    """The run that the watch kept."""
    store = Store(str(folder / "kept" / "db"))
    (name,) = store.run_ids()
    run = store.ended_run(name)
    whole = replace(run, conversations=tuple(run.conversations))
    return json.loads(encode_run(whole))  # type: ignore[no-any-return]
