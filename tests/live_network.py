"""A border in two network namespaces: a camera's network and the machine that sees its calls."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from camscan.inventory.store import encode_run
from camscan.model.coverage import Coverage
from camscan.model.device import Device
from camscan.model.identity import Band, Claim, EntityClaim
from camscan.model.run import DataVersion, Run, RunInfo, RunStatus, ScopeRecord, Tool

CAMERA, SERVER = "10.66.1.10", "36.110.220.15"


class Border:
    """`near` holds the interface mon0 (10.66.1.1) and, on lo, all of 36.0.0.0/8; `far` the cameras
    10.66.1.10 to .49 on cam0."""

    def __init__(self, near: str, far: str, folder: Path) -> None:
        self.near, self.far, self.folder = near, far, folder

    def camera(self, code: str, *words: str) -> str:
        """Run Python code in the cameras' network; what it prints."""
        command = ["ip", "netns", "exec", self.far, sys.executable, "-c", code, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def call(self, port: int, peer: str = SERVER, own: str = CAMERA) -> float:
        """One datagram of a camera to the outside; when it left (time.monotonic)."""
        said = self.camera(
            "import socket, sys, time\n"
            "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((sys.argv[1], 0))\n"
            "print(time.monotonic()); s.sendto(b'x' * 40, (sys.argv[2], int(sys.argv[3])))",
            *(own, peer, str(port)),
        )
        return float(said)

    def ip(self, *words: str) -> None:
        """ip(8) in the near namespace."""
        subprocess.run(["ip", "-n", self.near, *words], check=True, capture_output=True)

    @contextlib.contextmanager
    def camscan(self, *words: str, near: bool = True) -> Iterator[Told]:
        """camscan in the near network, with an inventory of the cameras."""
        inside = ["ip", "netns", "exec", self.near] if near else []
        command = [*inside, sys.executable, "-m", "camscan", *words]
        if "--all-devices" not in words:
            command += ["--run", str(self.folder / "run.json")]
        child = subprocess.Popen(
            [*command, "--db", str(self.folder / "kept" / "db")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )
        told = Told(child)
        try:
            yield told
        finally:
            if child.poll() is None:
                child.kill()
            child.wait()
            told.join()


class Told:
    """What a running camscan printed: (monotonic time, stream, line)."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self.child = child
        self.lines: list[tuple[float, str, str]] = []
        self._changed = threading.Condition()
        streams = (("out", child.stdout), ("err", child.stderr))
        self._threads = [threading.Thread(target=self._read, args=pair) for pair in streams]
        for thread in self._threads:
            thread.start()

    def _read(self, name: str, stream) -> None:
        for line in stream:
            with self._changed:
                self.lines.append((time.monotonic(), name, line.rstrip("\n")))
                self._changed.notify_all()

    def wait_for(self, words: str, *, within: float = 120.0, count: int = 1) -> float:
        """When the line with these words (the `count`-th) came."""
        end = time.monotonic() + within
        with self._changed:
            while len(found := [at for at, _, line in self.lines if words in line]) < count:
                left = end - time.monotonic()
                assert left > 0, f"{words!r} was not said within {within} s: {self.lines}"
                self._changed.wait(left)
        return found[count - 1]

    def with_words(self, words: str) -> list[str]:
        """The lines that hold these words."""
        return [line for _, _, line in self.lines if words in line]

    def join(self) -> None:
        """Read to the end."""
        for thread in self._threads:
            thread.join()
        for stream in (self.child.stdout, self.child.stderr):
            stream.close()


def camera(number: int) -> Device:
    """A Hikvision camera of the inventory."""
    return Device(
        id=f"d{number}",
        addresses=(f"10.66.1.{number}",),
        mac=None,
        site=None,
        class_=Claim(value="camera", band=Band.CONFIRMED),
        maker=EntityClaim(id="hikvision", name="Hikvision", country="CN", band=Band.CONFIRMED),
        brand=None,
        platform=None,
        model=None,
        firmware=None,
        serial=None,
    )


def inventory() -> Run:
    """Forty cameras."""
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return Run(
        tool=Tool(version="0", data=DataVersion(version="0", sha256="", date="")),
        run=RunInfo(
            id="inventory",
            started=now,
            ended=now,
            status=RunStatus.COMPLETE,
            site=None,
            scope=ScopeRecord(),
            authorised_by=None,
        ),
        coverage=Coverage(),
        devices=tuple(camera(number) for number in range(10, 50)),
    )


def border(folder: Path) -> Iterator[Border]:
    """Both networks, torn down at the end."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need Linux, root and iproute2")
    near, far = f"cln{os.getpid()}", f"clf{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", near], check=False, capture_output=True)
    if made.returncode:
        pytest.skip(f"this kernel makes no network namespace: {made.stderr!r}")

    def ip(*words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True)

    try:
        ip("netns", "add", far)
        ip("link", "add", "mon0", "netns", near, "type", "veth", "peer", "cam0", "netns", far)
        for space, name in ((near, "mon0"), (far, "cam0")):
            ip("-n", space, "link", "set", "lo", "up")
            ip("-n", space, "link", "set", name, "up")
        ip("-n", near, "address", "add", "10.66.1.1/24", "dev", "mon0")
        ip("-n", near, "route", "add", "local", "36.0.0.0/8", "dev", "lo")
        for number in range(10, 50):
            ip("-n", far, "address", "add", f"10.66.1.{number}/24", "dev", "cam0")
        ip("-n", far, "route", "add", "default", "via", "10.66.1.1")
        (folder / "run.json").write_bytes(encode_run(inventory()))
        (folder / "camscan.toml").write_text('[egress]\nhome_countries = ["GB"]\n')
        yield Border(near, far, folder)
    finally:
        for space in (near, far):
            subprocess.run(["ip", "netns", "del", space], check=False, capture_output=True)
