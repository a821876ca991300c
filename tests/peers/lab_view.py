"""camscan's own lab with the programs of others looking at it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from camscan.lab.lab import Lab

BASE = "10.67"  # a lab on the usual base may be up at the same time
NMAP_SECONDS = 60
HERE = Path(__file__).parent

# A real device keeps an RTSP connection open, so each further probe of nmap waits 5 s there:
# only those that nmap gives to the port.
NMAP = ["nmap", "-sV", "--version-intensity", "0", "-n", "-Pn", "-oX", "-"]


class LabView:
    """The lab, and two runs of nmap that go on while the other programs ask."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.cameras = {
            address: truth
            for address, truth in lab.truth.items()
            if truth.kind == "camera" and truth.on_link
        }
        self._nmap: dict[str, subprocess.Popen[bytes]] = {}
        self._xml: dict[str, ET.Element] = {}

    def start_nmap(self) -> None:
        """Look at the on-link cameras; it takes a while, so other tests run meanwhile."""
        if shutil.which("nmap") is None:
            return
        axis = [address for address, truth in self.cameras.items() if truth.maker == "axis"]
        for port, hosts in (("554", list(self.cameras)), ("80", axis)):
            self._nmap[port] = subprocess.Popen(
                [*self.lab.prefix, *NMAP, "-p", port, *hosts],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )

    def stop_nmap(self) -> None:
        for child in self._nmap.values():
            child.kill()
            child.communicate()

    def nmap(self, port: str) -> dict[str, ET.Element]:
        """Per address what nmap says of the host, having looked at `port`."""
        if not self._nmap:
            pytest.skip("nmap is not installed")
        if port not in self._xml:
            output, _ = self._nmap[port].communicate(timeout=NMAP_SECONDS)
            self._xml[port] = ET.fromstring(output)
        found = {}
        for host in self._xml[port].iter("host"):
            address = host.find("address[@addrtype='ipv4']")
            assert address is not None
            found[address.attrib["addr"]] = host
        return found

    def run(self, script: str, *arguments: str) -> dict[str, dict[str, object]]:
        """What a client script says as JSON, run in the scanner's namespace."""
        done = subprocess.run(
            [*self.lab.prefix, sys.executable, str(HERE / script), *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        answer: dict[str, dict[str, object]] = json.loads(done.stdout)
        return answer
