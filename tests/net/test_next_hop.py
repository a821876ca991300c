"""A router's MAC: asked for by own frames, or known to the kernel."""

from __future__ import annotations

import subprocess

import pytest

from camscan.net.lane import Lanes
from camscan.net.next_hop import next_hop_mac
from camscan.scope import build_scope

pytestmark = pytest.mark.root


def resolved(wires, gateway):
    line = f"route replace 10.50.0.0/24 via {gateway}"
    subprocess.run(["ip", "-n", wires.near, *line.split()], check=True)

    def ask():
        (lane,) = Lanes(build_scope(["10.50.0.1"])).lanes
        return next_hop_mac(lane)

    return wires.inside(wires.near, ask)


def test_asked_for(wires):
    shown = subprocess.run(
        ["ip", "-n", wires.far, "link", "show", "dev0"], capture_output=True, text=True, check=True
    )
    with wires.capture("cam0") as frames:
        mac = resolved(wires, "10.99.0.2")
    assert mac is not None
    assert mac.hex(":") in shown.stdout
    (request,) = [body for _, body in frames.left(0x0806)]
    assert request[24:28] == bytes((10, 99, 0, 2))


def test_known_to_the_kernel(wires):
    line = "neigh add 10.99.0.77 lladdr 02:00:00:00:00:77 dev cam0"
    subprocess.run(["ip", "-n", wires.near, *line.split()], check=True)
    with wires.capture("cam0") as frames:
        assert resolved(wires, "10.99.0.77") == bytes.fromhex("020000000077")
    assert frames.left(0x0806) == []


def test_nobody_there(wires):
    assert resolved(wires, "10.99.0.99") is None


def test_by_ipv6(wires):
    subprocess.run(
        ["ip", "-n", wires.far, *["-6", "address", "add", "fd99::2/64", "dev", "dev0", "nodad"]],
        check=True,
    )
    for line in ("-6 address add fd99::1/64 dev cam0 nodad", "-6 route add fd50::/64 via fd99::2"):
        subprocess.run(["ip", "-n", wires.near, *line.split()], check=True)

    def ask():
        (lane,) = Lanes(build_scope(["fd50::1"])).lanes
        return next_hop_mac(lane)

    assert wires.inside(wires.near, ask) is not None
