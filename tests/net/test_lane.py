"""Targets are given their ways out; what has none is counted by reason."""

from __future__ import annotations

import subprocess

import numpy as np
import pytest

from camscan.net.lane import NO_LANE, Lanes
from camscan.net.target_list import TargetList
from camscan.scope import build_scope

pytestmark = pytest.mark.root


def made(wires, *targets):
    def ask():
        scope = build_scope(targets)
        return TargetList(scope), Lanes(scope)

    return wires.inside(wires.near, ask)


def test_each_target_has_its_lane(wires):
    for line in ("route add 10.50.0.0/24 via 10.98.0.2", "route add 10.51.0.0/24 via 10.98.0.3"):
        subprocess.run(["ip", "-n", wires.near, *line.split()], check=True)
    targets, lanes = made(wires, "10.99.0.1", "10.99.0.8/30", "10.50.0.0/30", "10.51.0.1")
    numbers = lanes.of(np.arange(len(targets)))
    way = {targets.text(i): int(n) for i, n in enumerate(numbers)}
    assert way["10.99.0.1"] == NO_LANE
    on_link = lanes.lanes[way["10.99.0.9"]]
    assert (on_link.layer.name, on_link.source, on_link.gateway) == ("cam0", "10.99.0.1", None)
    routed = lanes.lanes[way["10.50.0.1"]]
    assert (routed.layer.name, routed.source, routed.gateway) == ("cam1", "10.98.0.1", "10.98.0.2")
    assert way["10.51.0.1"] != way["10.50.0.1"]
    assert dict(lanes.refusals) == {"an address of this machine": 1}
    lanes.close(way["10.50.0.1"], "the router is gone")
    assert (lanes.of(np.arange(len(targets))) == NO_LANE).sum() == 3
    assert lanes.refusals["the router is gone"] == 2


def test_link_local_takes_the_lane_of_its_zone(wires):
    targets, lanes = made(wires, "fe80::1%cam0-fe80::2", "fe80::9%cam1")
    numbers = lanes.of(np.arange(len(targets)))
    for number, lane in enumerate(numbers):
        assert targets.text(number).endswith(f"%{lanes.lanes[lane].layer.name}")
        assert lanes.lanes[lane].source.startswith("fe80::")


def test_loopback_has_none():
    scope = build_scope(["127.0.0.0/29"])
    targets, lanes = TargetList(scope), Lanes(scope)
    assert lanes.lanes == []
    assert (lanes.of(np.arange(len(targets))) == NO_LANE).all()
    assert sum(lanes.refusals.values()) == len(targets)
