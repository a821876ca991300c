"""camscan's own simulated cameras as the programs of others see them."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from camscan.lab import namespace
from camscan.lab.lab import Lab

pytestmark = [pytest.mark.root, pytest.mark.peer, pytest.mark.slow]

BASE = "10.67"  # a lab on the usual base may be up at the same time
NMAP_SECONDS = 60
HERE = Path(__file__).parent

# A real device keeps an RTSP connection open, so each further probe of nmap waits 5 s there:
# only those that nmap gives to the port.
NMAP = ["nmap", "-sV", "--version-intensity", "0", "-n", "-Pn", "-oX", "-"]


class Seen:
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


@pytest.fixture(scope="module")
def seen() -> Iterator[Seen]:
    reason = namespace.unavailable()
    if reason is not None:
        pytest.skip(f"no network namespaces: {reason}")
    with Lab.up("small", mode="namespace", base=BASE) as lab:
        built = Seen(lab)
        if shutil.which("nmap") is not None:
            built.start_nmap()
        try:
            yield built
        finally:
            built.stop_nmap()


@pytest.fixture(scope="module")
def discovered(seen: Seen) -> dict[str, dict[str, object]]:
    """Per address what WSDiscovery found by multicast."""
    if importlib.util.find_spec("wsdiscovery") is None:
        pytest.skip("the Python package WSDiscovery is not installed (requirements/peers.txt)")
    return seen.run("wsdiscovery_client.py")


def test_wsdiscovery_finds_cameras_and_nothing_else(
    seen: Seen, discovered: dict[str, dict[str, object]]
) -> None:
    kinds = {address: seen.lab.truth[address].kind for address in discovered}
    assert list(kinds.values()).count("camera") >= 2
    assert set(kinds.values()) <= {"camera", "recorder"}


def test_wsdiscovery_reads_types_scopes_and_addresses(
    discovered: dict[str, dict[str, object]],
) -> None:
    for address, answer in discovered.items():
        assert "NetworkVideoTransmitter" in str(answer["types"])
        assert "onvif://www.onvif.org/" in str(answer["scopes"])
        assert f"http://{address}" in str(answer["xaddrs"])


def test_onvif_python_talks_to_every_camera_that_was_discovered(
    seen: Seen, discovered: dict[str, dict[str, object]]
) -> None:
    if importlib.util.find_spec("onvif") is None:
        pytest.skip("the Python package onvif-python is not installed (requirements/peers.txt)")
    answers = seen.run("onvif_client.py", *(f"{address}:80" for address in discovered))
    assert answers.keys() == discovered.keys()
    for address, answer in answers.items():
        media = any("/media/" in name for name in answer["services"])  # type: ignore[attr-defined]
        assert media or answer["capabilities"], f"{address} offers no video: {answer}"
        assert answer["year"] >= 2000  # type: ignore[operator]
        assert "NotAuthorized" in str(answer["refusal"])


def test_nmap_finds_rtsp_on_every_camera_and_its_makers_mac(seen: Seen) -> None:
    hosts = seen.nmap("554")
    assert hosts.keys() == seen.cameras.keys()
    for address, host in hosts.items():
        port = host.find("ports/port[@portid='554']")
        assert port is not None
        state, service = port.find("state"), port.find("service")
        assert state is not None
        assert state.attrib["state"] == "open"
        assert service is not None
        assert (service.attrib["name"], service.attrib["method"]) == ("rtsp", "probed")
        mac = host.find("address[@addrtype='mac']")
        assert mac is not None
        maker = seen.cameras[address].maker
        assert maker is not None
        assert maker in mac.attrib.get("vendor", "").lower()


def test_nmap_knows_the_web_server_of_an_axis_camera(seen: Seen) -> None:
    hosts = seen.nmap("80")
    assert hosts, "the lab's small estate has no Axis camera on its link"
    for host in hosts.values():
        service = host.find("ports/port/service")
        assert service is not None
        assert service.attrib.get("product") == "Apache httpd"
