"""A capture that outlives its interface. The interface made anew: tests/cli/test_watch.py."""

import subprocess

import pytest

from camscan.net.bpf_assembler import assemble
from camscan.net.tap import Tap

pytestmark = pytest.mark.root
ALL = assemble([(0x28, 12), (0x15, 0x0800, "accept", "drop")])


def test_down_and_up_are_told_once_each(wires):
    said = []
    tap = wires.inside(wires.near, lambda: Tap("cam0", ALL, on_state=said.append))

    def link(state):
        subprocess.run(["ip", "-n", wires.near, "link", "set", "cam0", state], check=True)

    def ping():
        command = ["ip", "netns", "exec", wires.far, "ping", "-c1", "-W5", "10.99.0.1"]
        subprocess.run(command, check=True, capture_output=True)

    ping()
    assert tap.wait(5)
    assert list(tap.frames())
    link("down")
    assert tap.wait(5)
    assert said == ["cam0 went down; waiting for it"]
    assert tap.outages == 1
    link("up")
    ping()
    found = []
    while not found:
        tap.wait(5)
        found = list(tap.frames())
    assert said[1:] == ["cam0 is back"]
    tap.close()
    assert tap.seen >= 4
    assert tap.lost == 0
    tap.close()
