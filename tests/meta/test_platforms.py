"""What macOS and Windows lack is hidden, and the portable commands still do their work.

A consultant's laptop has no AF_PACKET, no netlink and perhaps no fcntl: the connect sweep,
captures read from files, matching and reports must not notice. The same holds for scapy and
python-nmap, which are optional everywhere.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

# Runs in the child before camscan: `missing` modules cannot be imported, not even when something
# else had loaded them, and what only Linux has is gone from socket, select, os and asyncio.
pytestmark = pytest.mark.slow(25)

PREAMBLE = """
import asyncio, ctypes.util, importlib.abc, os, select, socket, sys
import importlib.metadata, urllib.request, platformdirs, sysconfig  # these ask what system it is
sysconfig.get_config_vars()  # numpy asks it
sys.dont_write_bytecode = True
missing, platform = set({missing!r}), {platform!r}
class Hidden(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in missing:
            raise ModuleNotFoundError("hidden by the test: " + name, name=name)
        return None
sys.meta_path.insert(0, Hidden())
for name in missing:
    sys.modules.pop(name, None)
version_of = importlib.metadata.version
def version(name):
    if name in missing:
        raise importlib.metadata.PackageNotFoundError(name)
    return version_of(name)
importlib.metadata.version = version
linux_only = '''
    AF_PACKET PF_PACKET AF_NETLINK NETLINK_ROUTE SO_BINDTODEVICE AF_VSOCK AF_ALG AF_CAN SOCK_CLOEXEC
    SOCK_NONBLOCK MSG_DONTWAIT IP_PKTINFO IPV6_RECVPKTINFO CMSG_LEN SCM_RIGHTS
'''
for name in linux_only.split() if platform != sys.platform else ():
    if hasattr(socket, name):
        delattr(socket, name)
if {windows!r}:
    for owner, names in (
        (socket, ("SO_REUSEPORT",)),  # macOS and the BSDs have it
        (socket.socket, ("recvmsg", "sendmsg", "recvmsg_into")),
        (select, ("epoll", "poll", "kqueue")),
        (os, ("geteuid", "getuid", "getgid", "sched_getaffinity")),
    ):
        for name in names:
            if name in vars(owner):
                delattr(owner, name)
    for name in ("add_reader", "add_writer"):  # as of Windows' own loop
        setattr(asyncio.SelectorEventLoop, name, getattr(asyncio.AbstractEventLoop, name))
sys.platform = platform
"""
POSIX_ONLY = ("resource", "termios", "tty", "pty", "pwd", "grp", "fcntl", "syslog")
PLATFORMS = {
    "macos": {"missing": (), "platform": "darwin", "windows": False},
    "without-fcntl": {
        "missing": POSIX_ONLY,
        "platform": "another",
        "windows": True,
    },
    "without-scapy-and-nmap": {
        "missing": ("scapy", "nmap"),
        "platform": sys.platform,
        "windows": False,
    },
}
PORTABLE = [pytest.param(values, id=name) for name, values in PLATFORMS.items()]


def camscan(
    platform: dict[str, Any], folder: Path, *arguments: str, text: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run camscan in a child that has only what `platform` has."""
    code = PREAMBLE.format(**platform) + "from camscan.cli import main\nmain()\n"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        input=text,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "XDG_DATA_HOME": str(folder), "HOME": str(folder)},
        timeout=60,
    )


def done(result: subprocess.CompletedProcess[str]) -> str:
    """Its output, or the reason why there is none."""
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    return result.stdout


@pytest.fixture
def camera() -> Iterator[int]:
    """Port of a web server on loop-back that names itself as a Hikvision camera does."""

    class Handler(BaseHTTPRequestHandler):
        server_version, sys_version = "App-webs/", ""

        def do_GET(self) -> None:
            self.send_response(404 if self.path == "/favicon.ico" else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def capture(folder: Path) -> Path:
    """A pcap of one SYN from 10.1.2.3 to 192.0.2.1 port 443 (raw IPv4, link type 101)."""
    tcp = struct.pack(">HHIIBBHHH", 50_000, 443, 1, 0, 5 << 4, 2, 8192, 0, 0)
    ends = bytes((10, 1, 2, 3)), bytes((192, 0, 2, 1))
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, *ends)
    packet = ip + tcp
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
    record = struct.pack("<IIII", 1_790_000_000, 0, len(packet), len(packet))
    path = folder / "border.pcap"
    path.write_bytes(head + record + packet)
    return path


@pytest.mark.parametrize("platform", PORTABLE)
def test_identify(platform: dict[str, Any], tmp_path: Path) -> None:
    line = '{"target": "cam", "field": "http.server", "value": "App-webs/"}\n'
    found = json.loads(
        done(camscan(platform, tmp_path, "identify", "--format", "jsonl", text=line))
    )
    assert found["id"] == "cam"
    assert found["maker"]["id"] == "hikvision"


@pytest.mark.parametrize("platform", PORTABLE)
def test_egress_of_a_file(platform: dict[str, Any], tmp_path: Path) -> None:
    source = str(capture(tmp_path))
    run = json.loads(
        done(camscan(platform, tmp_path, "egress", source, "--all-devices", "-o", "json:-"))
    )
    (conversation,) = run["conversations"]
    assert (conversation["address"], conversation["peer"]) == ("10.1.2.3", "192.0.2.1")
    assert conversation["packets_out"] == 1


@pytest.mark.parametrize("platform", PORTABLE)
def test_a_scan_of_loop_back_and_its_report(
    platform: dict[str, Any], tmp_path: Path, camera: int
) -> None:
    scan = ("scan", "127.0.0.1", "--ports", str(camera), "-q", "-o", "json:-")
    run = json.loads(done(camscan(platform, tmp_path, *scan)))
    (device,) = run["devices"]
    assert device["ports"][0]["status"] == "open"
    table = done(camscan(platform, tmp_path, "report", "latest", "-q"))
    assert "127.0.0.1" in table
    again = json.loads(done(camscan(platform, tmp_path, "report", "latest", "-o", "json:-")))
    assert again == run


@pytest.mark.parametrize("platform", PORTABLE)
def test_doctor_says_what_is_missing(platform: dict[str, Any], tmp_path: Path) -> None:
    able = json.loads(done(camscan(platform, tmp_path, "doctor", "--format", "json")))[
        "capabilities"
    ]
    known = {one["name"]: one for one in able}
    if platform["missing"] == ("scapy", "nmap"):
        assert not known["scapy"]["available"]
        assert known["scapy"]["lost"]
        assert not known["nmap"]["available"]
    else:
        assert not known["capture"]["available"]
        assert known["capture"]["lost"]


def test_the_hiding_hides(tmp_path: Path) -> None:
    """Without this the tests above could pass for having hidden nothing."""
    code = PREAMBLE.format(**PLATFORMS["without-fcntl"])
    code += "print(hasattr(socket, 'AF_PACKET'), hasattr(os, 'geteuid'))\nimport fcntl\n"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "False False"
    assert "hidden by the test: fcntl" in result.stderr
