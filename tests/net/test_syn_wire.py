"""The sending thread: its arrays, its sockets, and errors where they are awaited."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess

import numpy as np
import pytest

from camscan.errors import LocalFaultError
from camscan.net.lane import Lanes
from camscan.net.span_guard import SpanGuard
from camscan.net.sweep_rates import SweepRates
from camscan.net.syn_cookie import Cookies
from camscan.net.syn_round import Round
from camscan.net.syn_wire import SynWire, sockets, way_of
from camscan.scope import build_scope

pytestmark = pytest.mark.root


def test_one_socket_for_each_interface(wires):
    subprocess.run(
        ["ip", "-n", wires.near, *["route", "add", "10.50.0.0/24", "via", "10.98.0.2"]], check=True
    )

    def made():
        lanes = Lanes(build_scope(["10.98.0.8/30", "10.50.0.0/30", "10.99.0.8/30"])).lanes
        with contextlib.ExitStack() as opened:
            held = list(sockets(lanes, opened))
            numbers = [sock.fileno() for sock in held]
        return [way_of(lane) for lane in lanes], numbers, held

    ways, numbers, held = wires.inside(wires.near, made)
    assert [(way.name, way.routed) for way in ways] == [
        ("cam1", True),
        ("cam1", False),
        ("cam0", False),
    ]
    assert numbers[0] == numbers[1] != numbers[2]
    assert {sock.fileno() for sock in held} == {-1}


def test_new_targets_and_an_interface_that_goes_away(wires):
    async def go():
        scope, rates = build_scope(["10.99.0.8/29"]), SweepRates()
        rates.change(1000, 1000)
        wire = SynWire(
            Lanes(scope).lanes,
            SpanGuard(scope),
            Cookies(),
            range(40000, 40008),
            rates=rates,
            host_gap=0,
        )
        targets = wire.targets(0, np.array([[10, 99, 0, 9]], dtype=np.uint8), 3)
        assert targets.wanted.all()
        for nothing in (targets.busy, targets.macs, targets.due):
            assert not nothing.any()
        assert targets.sent_at.shape == (3, 1)
        subprocess.run(["ip", "-n", wires.near, "link", "del", "cam0"], check=True)
        try:
            with pytest.raises(LocalFaultError, match="sending frames failed"):
                await wire.send(Round(targets=targets, rows=np.arange(1), port=80))
        finally:
            wire.forget(targets)
            wire.close()

    wires.inside(wires.near, lambda: asyncio.run(go()))
