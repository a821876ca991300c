"""The server as a child: it says why it could not start, and never outlives its parent."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import camscan
from camscan.errors import LocalFaultError
from camscan.lab.estates import small
from camscan.lab.process import ServerProcess


def test_a_server_that_cannot_start_says_why() -> None:
    server = ServerProcess(small(), ["--base", "192.0"])  # no address of this machine
    with pytest.raises(LocalFaultError, match=r"cannot open 192\.0\.0\.10"):
        server.wait_ready()
    assert server.stop() == ""


def test_stopping_twice_is_no_matter(client: Any) -> None:
    octet = (int(client.base.split(".")[1]) + 7) % 250 + 1
    server = ServerProcess(small(), ["--base", f"127.{octet}"])
    assert server.wait_ready() > 20
    assert server.stop() == ""
    assert server.stop() == ""


PARENT = """
import os, sys
from camscan.lab.estates import small
from camscan.lab.process import ServerProcess
server = ServerProcess(small(), ["--base", sys.argv[1]])
server.wait_ready()
print(server._child.pid, flush=True)
os._exit(9)
"""


def test_the_server_ends_when_its_parent_dies_without_a_word(client: Any) -> None:
    octet = (int(client.base.split(".")[1]) + 11) % 250 + 1
    root = str(Path(camscan.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", PARENT, f"127.{octet}"],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": root},
        text=True,
        check=False,
    )
    assert done.returncode == 9
    child = Path(f"/proc/{done.stdout.strip()}")
    deadline = time.monotonic() + 5
    while child.exists() and "Z" not in child.joinpath("stat").read_text().split()[2]:
        assert time.monotonic() < deadline, "the server outlived its parent"
        time.sleep(0.05)
