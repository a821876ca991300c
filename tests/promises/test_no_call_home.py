"""Promise 7: camscan calls nobody: no update, no download, no name look-up, at no moment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from camscan.inventory.store import encode_run
from camscan.protocols.query import mdns_questions

ROOT = Path(__file__).parents[2]
IMPORT_ALL = """
import importlib, pkgutil, sys
seen = []
sys.addaudithook(lambda event, _: seen.append(event) if event.startswith("socket.") else None)
import camscan
for module in pkgutil.walk_packages(camscan.__path__, "camscan."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
import json
print(json.dumps({"loud": seen, "modules": sum(n.startswith("camscan.") for n in sys.modules)}))
"""


@pytest.mark.root
def test_no_name_is_looked_up_during_a_scan(campaign):
    # The default route and a resolver behind it were there; devices named hosts to look up.
    assert [p for p in campaign.left if 53 in (p.dport, p.sport)] == []
    # What goes to the mDNS port asks cameras for their services, and for no name of anybody.
    asked = [p for p in campaign.left if p.dport in (5353, 5355, 137)]
    assert {p.dport for p in asked} == {5353}
    assert {p.payload for p in asked} == {mdns_questions().payload}


@pytest.mark.root
def test_a_scan_speaks_to_its_targets_and_to_nobody_else(campaign):
    connected = {one.target for one in campaign.connections}
    named = {row["address"] for row in campaign.contacts}
    assert connected <= named
    assert all(address.startswith(f"{campaign.base}.") for address in connected)


def test_importing_every_module_opens_nothing():
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL],
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)
    assert told["modules"] > 150
    assert told["loud"] == []


@pytest.fixture
def watched(namespaces, wire):
    """A namespace whose default route leads to somebody who listens."""
    near, far = namespaces.add("near"), namespaces.add("far")
    namespaces.wire(near, "up0", "10.73.0.1", far, "10.73.0.2")
    wire.ip("-n", near, "route", "add", "default", "via", "10.73.0.2")
    wire.settled(near)
    return near


@pytest.mark.root
def test_the_watch_sees_who_calls(watched, wire, spoken):
    """The check of the next test: a program that does call is seen."""
    code = "import socket; socket.socket(2, 2).sendto(b'x', ('192.0.2.1', 53))"
    with wire.capture(watched) as seen:
        subprocess.run(["ip", "netns", "exec", watched, sys.executable, "-c", code], check=True)
    assert [(p.target, p.dport) for p in spoken(seen.left)] == [("192.0.2.1", 53)] or {
        p.target for p in seen.left if p.kind == "arp"
    } == {"10.73.0.2"}


@pytest.mark.root
def test_no_other_command_sends_anything(watched, wire, camscan, sample_run, spoken, tmp_path):
    said = tmp_path / "said.jsonl"
    said.write_text('{"target": "10.1.2.3", "field": "http.server", "value": "App-webs/"}\n')
    (tmp_path / "run.json").write_bytes(encode_run(sample_run))
    run, (address, *_) = str(tmp_path / "run.json"), sample_run.devices[0].addresses
    commands = [
        ("--version",),
        ("--help",),
        ("fp", "list"),
        ("fp", "lint"),
        ("schema", "run"),
        ("identify", str(said)),
        ("report", run, "--format", "csv"),
        ("explain", address, "--run", run),
        ("scan", "--plan", "10.73.0.0/24"),
        ("scan", "--plan", "--local"),
    ]
    with wire.capture(watched) as seen:
        for command in commands:
            done = camscan(*command, prefix=("ip", "netns", "exec", watched))
            assert done.code == 0, (command, done.err)
    assert spoken(seen.left) == []
    assert [p for p in seen.left if p.kind == "arp"] == []


@pytest.mark.root
def test_doctor_sends_nothing_either(watched, wire, camscan, spoken):
    with wire.capture(watched) as seen:
        done = camscan("doctor", prefix=("ip", "netns", "exec", watched))
    assert done.code == 0, done.err
    assert spoken(seen.left) == []
