"""Answers reach the event loop: a MAC, an open port, nothing that was not asked for."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from camscan.model.status import Status
from camscan.net.answer_reader import AnswerReader
from camscan.net.lane import Lanes
from camscan.net.source_ports import SourcePorts
from camscan.net.span_guard import SpanGuard
from camscan.net.sweep_rates import SweepRates
from camscan.net.syn_cookie import Cookies
from camscan.net.syn_round import Round
from camscan.net.syn_wire import SynWire
from camscan.scope import build_scope


@pytest.mark.root
def test_a_mac_and_a_refusal(wires):
    async def go():
        scope = build_scope(["10.99.0.2"])
        lanes = Lanes(scope).lanes
        cookies, held = Cookies(), SourcePorts()
        said, heard = asyncio.Queue(), asyncio.Queue()
        reader = AnswerReader(
            lanes, cookies, held.ports, on_answers=heard.put_nowait, on_neighbours=said.put_nowait
        )
        rates = SweepRates()
        rates.change(100, 100)
        wire = SynWire(
            lanes,
            SpanGuard(scope),
            cookies,
            held.ports,
            rates=rates,
            host_gap=0,
        )
        targets = wire.targets(0, np.array([[10, 99, 0, 2]], dtype=np.uint8), 1)
        rows = np.arange(1)
        await wire.send(Round(targets=targets, rows=rows, port=0))
        (neighbour,) = await asyncio.wait_for(said.get(), 5)
        targets.macs[0] = np.frombuffer(
            bytes.fromhex(neighbour.mac.replace(":", "")), dtype=np.uint8
        )
        await wire.send(Round(targets=targets, rows=rows, port=8099, attempt=2))
        (answer,) = await asyncio.wait_for(heard.get(), 5)
        wire.close()
        reader.close()
        held.close()
        return neighbour, answer, reader.dropped

    neighbour, answer, dropped = wires.inside(wires.near, lambda: asyncio.run(go()))
    assert neighbour.address == "10.99.0.2"
    assert (answer.address, answer.port) == (bytes((10, 99, 0, 2)), 8099)
    assert (answer.status, answer.attempt) == (Status.REFUSED, 2)
    assert dropped == 0
