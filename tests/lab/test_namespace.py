"""The lab in network namespaces: MAC addresses, silence, multicast, and nothing left behind."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from camscan.lab import Lab, namespace
from camscan.lab.estate import Site, populate
from camscan.lab.estates import small
from camscan.lab.namespace import PREFIX

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(
        namespace.unavailable() is not None, reason=f"no namespaces: {namespace.unavailable()}"
    ),
]

CONNECT = """
import socket, sys, time
address, port, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
start = time.monotonic()
try:
    socket.create_connection((address, port), seconds).close()
    print("open")
except ConnectionRefusedError:
    print("refused")
except (TimeoutError, OSError):
    print("silent", round(time.monotonic() - start, 1))
"""
MULTICAST = """
import socket, time
text = ('<s:Envelope><a:MessageID>urn:uuid:1</a:MessageID><d:Probe><d:Types>'
        'dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Envelope>')
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.settimeout(1.5)
sock.sendto(text.encode(), ("239.255.255.250", 3702))
try:
    while True:
        data, sender = sock.recvfrom(65535)
        print(sender[0], b"onvif" in data)
except TimeoutError:
    pass
"""


def run(lab: Lab, code: str, *arguments: str) -> str:
    done = subprocess.run(
        [*lab.prefix, sys.executable, "-I", "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab.up("small", "namespace") as running:
        yield running


@pytest.fixture(scope="module")
def bench() -> Iterator[Lab]:
    """Three cameras for software that nobody here wrote."""
    personas = [("xiongmai-old", 1), ("axis-os10", 1), ("hikvision-app-webs", 1)]
    data = populate("peers", (Site("bench", (0,)),), personas, seed=1)
    with Lab.up(data, "namespace", base="10.70") as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def looking(bench: Lab) -> Iterator[subprocess.Popen[str] | None]:
    """nmap at two of them. It waits for half a minute, so the last test of this file reads it."""
    if shutil.which("nmap") is None:
        yield None
        return
    command = ["nmap", "-n", "-Pn", "-T5", "-sV", "--version-light", "-p554,80", "10.70.0.10-11"]
    with subprocess.Popen([*bench.prefix, *command], stdout=subprocess.PIPE, text=True) as child:
        yield child
        child.kill()


def names() -> list[str]:
    root = Path("/run/netns")
    own = f"{PREFIX}{os.getpid()}-"
    found = root.iterdir() if root.is_dir() else []
    return [entry.name for entry in found if entry.name.startswith(own)]


def test_real_ports_answer_on_link_and_behind_the_router(lab: Lab) -> None:
    for address, truth in lab.truth.items():
        if truth.persona == "hikvision-app-webs":
            assert run(lab, CONNECT, address, "80", "2").strip() == "open"
            assert run(lab, CONNECT, address, "81", "2").strip() == "refused"


def test_each_on_link_device_has_its_own_mac_in_the_scanner_s_table(lab: Lab) -> None:
    on_link = {address: t.mac for address, t in lab.truth.items() if t.on_link}
    for address in on_link:
        run(lab, CONNECT, address, "9", "1")
    shown = subprocess.run(
        [*lab.prefix, "ip", "neigh"], capture_output=True, text=True, check=True
    ).stdout.split("\n")
    table = {line.split()[0]: line.split()[4] for line in shown if " lladdr " in line}
    assert {address: table[address] for address in on_link} == on_link
    assert len(set(table.values())) == len(table)


def test_dead_addresses_are_silent(lab: Lab) -> None:
    assert run(lab, CONNECT, "10.66.1.200", "80", "1").startswith("silent")
    assert run(lab, CONNECT, "10.66.0.200", "80", "1").startswith("silent")


def test_multicast_reaches_on_link_devices_only_each_from_its_own_address(lab: Lab) -> None:
    answers = dict(line.split() for line in run(lab, MULTICAST).splitlines())
    expected = {
        address
        for address, truth in lab.truth.items()
        if truth.on_link and truth.persona not in {"hikvision-onvif-off", "hikvision-nvr"}
    }
    speaking = {a for a in expected if lab.truth[a].persona not in {"router-goahead"}}
    assert set(answers) == speaking


def test_a_silent_subnet_lets_nothing_through() -> None:
    with Lab.up("district", "namespace") as big:
        assert big.silent == ("10.66.7.0/24",)
        assert "10.66.7.0/24" in big.targets
        routed = next(a for a, t in big.truth.items() if not t.on_link and t.kind == "camera")
        assert run(big, CONNECT, routed, "80", "2").strip() == "open"
        shown = subprocess.run(
            [*big.prefix, "ip", "neigh", "show", "10.66.0.1"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert f"lladdr {big.truth['10.66.0.1'].mac}" in shown
        for host in (10, 20, 250):
            answer = run(big, CONNECT, f"10.66.7.{host}", "80", "0.5")
            assert answer.startswith("silent")


def test_teardown_leaves_no_namespace() -> None:
    before = names()
    with Lab.up("small", "namespace"):
        assert len(names()) == len(before) + 2
    assert names() == before


def test_a_crashed_lab_is_reaped_and_a_living_one_is_not() -> None:
    ended = subprocess.run([sys.executable, "-c", "import os;print(os.getpid())"],
                           capture_output=True, text=True, check=True)  # fmt: skip
    name = f"{PREFIX}{ended.stdout.strip()}-0-scan"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        assert namespace.stale() == (name,)
        with namespace.Network.up(small(), "10.67"):
            assert not Path("/run/netns", name).exists()
            assert namespace.stale() == ()
    finally:
        if Path("/run/netns", name).exists():
            subprocess.run(["ip", "netns", "del", name], check=True)


WSDISCOVERY = """
from wsdiscovery.discovery import ThreadedWSDiscovery
asker = ThreadedWSDiscovery()
asker.start()
for service in asker.searchServices(timeout=4):
    print(service.getTypes()[0].getLocalname(), service.getXAddrs()[0])
asker.stop()
"""


@pytest.mark.peer
@pytest.mark.skipif(
    importlib.util.find_spec("wsdiscovery") is None, reason="WSDiscovery is not installed"
)
def test_wsdiscovery_finds_every_camera(bench: Lab) -> None:
    command = [*bench.prefix, sys.executable, "-c", WSDISCOVERY]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = dict(reversed(line.split()) for line in done.stdout.splitlines())
    assert set(found.values()) == {"NetworkVideoTransmitter"}
    assert f"http://{next(a for a in bench.truth)}:8899/onvif/device_service" in found
    assert len(found) == 3


@pytest.mark.slow(45)
@pytest.mark.peer
@pytest.mark.skipif(shutil.which("nmap") is None, reason="nmap is not installed")
def test_nmap_names_web_and_rtsp_services_and_the_makers_of_the_macs(
    looking: subprocess.Popen[str],
) -> None:
    output, _ = looking.communicate()
    assert looking.returncode == 0
    first, second = output.split("Nmap scan report for ")[1:]
    assert re.search(r"80/tcp\s+open\s+http\s+uc-httpd 1\.0\.0", first)
    assert re.search(r"554/tcp\s+open\s+rtsp", first)
    assert re.search(r"80/tcp\s+open\s+http\s+Apache httpd 2\.4\.54", second)
    assert re.search(r"554/tcp\s+open\s+rtsp", second)
    assert "Axis" in second
