"""Suricata and tshark read one capture of real clients beside camscan: all say the same.

The capture: tests/sources/data/README.md. What several Suricatas wrote over it is read without
Suricata in tests/sources/flows/test_suricata.py; this shows the one that is installed.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.peers.test_real_captures import needs, ours, tshark
from tests.sources.flows.conversations import CAPTURE, conversations, octets
from tests.sources.flows.whole import read_flows

pytestmark = pytest.mark.peer

_SETTINGS = """%YAML 1.1
---
outputs:
  - eve-log:
      enabled: yes
      filetype: regular
      filename: eve.json
      ethernet: yes
      types: [dns, {{tls: {{extended: yes}}}}, {{http: {{extended: yes}}}}, flow{quic}]
app-layer:
  protocols:
    tls: {{enabled: yes, detection-ports: {{dp: 443}}}}
    http: {{enabled: yes}}
    quic: {{enabled: yes}}
    dns:
      tcp: {{enabled: yes, detection-ports: {{dp: 53}}}}
      udp: {{enabled: yes, detection-ports: {{dp: 53}}}}
"""


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("traffic") / "real-clients.pcap"
    path.write_bytes(gzip.decompress(CAPTURE.read_bytes()))
    return path


@pytest.fixture(scope="module")
def eve(capture: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """Its eve.json without rules, and its major version."""
    program = shutil.which("suricata")
    if program is None:
        pytest.skip("suricata is not installed (Debian: apt install suricata, for 12 of backports)")
    folder = tmp_path_factory.mktemp("suricata")
    said = subprocess.run([program, "-V"], capture_output=True, text=True, check=True).stdout
    major = int(said.partition("version ")[2].partition(".")[0])
    settings = folder / "suricata.yaml"
    settings.write_text(_SETTINGS.format(quic=", quic" if major >= 7 else ""))
    rules = folder / "none.rules"
    rules.touch()
    command = [program, "-c", settings, "-r", capture, "-l", folder, "-S", rules, "-k", "none"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "eve.json", major


def test_suricata_tells_the_same_conversations(capture: Path, eve: tuple[Path, int]) -> None:
    path, major = eve
    own, told = read_flows([str(capture)]), read_flows([str(path)])
    expected, found = conversations(own), conversations(told)
    if major < 7:  # knows no QUIC
        quic = ("10.77.0.40", "10.77.0.41", 443, "udp")
        expected[quic] = expected[quic]._replace(names=found[quic].names)
    assert found == expected
    assert octets(told, frame=14) == octets(own)
    assert told.answers == own.answers
    assert told.skips == ()
    kinds = {json.loads(line)["event_type"] for line in path.read_bytes().splitlines()}
    assert kinds >= {"dns", "tls", "http", "flow"}


def test_suricata_s_macs(capture: Path, eve: tuple[Path, int]) -> None:
    def macs(path: Path) -> set[tuple[str, int | None, str | None]]:
        flows = read_flows([str(path)]).flows
        return {(f.source, f.port, f.source_mac) for f in flows if f.protocol == "tcp"}

    assert macs(eve[0]) == macs(capture)


@needs("tshark")
def test_tshark_tells_the_same_conversations(capture: Path) -> None:
    counted, names = tshark(capture)
    record = read_flows([str(capture)])
    told = ours(record)
    servers = {key[:4] for key in told}
    for (source, port_a, peer, port_b, protocol, what), value in counted.items():
        if (source, peer, port_b, protocol) in servers:
            told[source, peer, port_b, protocol, "out", what] -= value
        else:
            told[peer, source, port_a, protocol, "in", what] -= value
    assert set(told.values()) == {0}
    stated = {flow.name for flow in record.flows if flow.name_source != "dns"} - {None}
    assert stated - names == {"behind.example"}  # its Host header names the port too
    assert "behind.example:80" in names
