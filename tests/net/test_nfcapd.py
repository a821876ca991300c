"""nfcapd as a child; the whole way of a record: tests/sources/flows/test_live.py."""

import os
import shutil
import socket
import subprocess
import time

import pytest

from camscan.errors import LocalFaultError
from camscan.net.nfcapd import Collector

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(shutil.which("nfcapd") is None, reason="nfcapd is not installed"),
]


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def test_files_are_finished_every_two_seconds_and_nothing_is_left():
    collector = Collector(free_port())
    process = collector._child.pid
    end = time.monotonic() + 20
    while not collector.files():
        assert time.monotonic() < end
        time.sleep(0.05)
    assert collector.alive
    (folder,) = {path.parent for path in collector.files()}
    collector.close()
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert (collector.failures, collector.bad) == (0, 0)


def test_a_port_in_use():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        with pytest.raises(LocalFaultError, match=r"does not listen on 127\.0\.0\.1 port"):
            Collector(sock.getsockname()[1])


def test_without_the_program(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(LocalFaultError, match="apt install nfdump"):
        Collector(2055)


def test_it_ends_when_camscan_is_killed():
    code = (
        "import os, signal, sys; from camscan.net.nfcapd import Collector\n"
        f"c = Collector({free_port()}); print(c._child.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    command = ["python3", "-c", code]
    import sys

    command[0] = sys.executable
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    process = int(done.stdout)
    end = time.monotonic() + 10
    while _runs(process):
        assert time.monotonic() < end
        time.sleep(0.05)


def _runs(process):
    try:
        with open(f"/proc/{process}/stat") as file:  # noqa: PTH123
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
