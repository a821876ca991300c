"""The sending thread: order, gaps, busy hosts, strays, and an end at once."""

from __future__ import annotations

import asyncio
import time

import numpy as np
import pytest

from camscan.net.lane import Lanes
from camscan.net.send_clock import SendClock
from camscan.net.span_guard import SpanGuard
from camscan.net.syn_cookie import Cookies
from camscan.net.syn_wire import Round, SynWire, Targets
from camscan.net.target_list import TargetList
from camscan.scope import build_scope

pytestmark = pytest.mark.root


def targets_of(count):
    octets = np.zeros((count, 4), dtype=np.uint8)
    octets[:] = (10, 99, 0, 0)
    octets[:, 3] = np.arange(count) + 10
    return Targets(
        lane=0,
        octets=octets,
        macs=np.full((count, 6), 2, dtype=np.uint8),
        wanted=np.ones(count, dtype=bool),
        busy=np.zeros(count, dtype=bool),
        due=np.zeros(count),
        sent_at=np.zeros((2, count)),
    )


def play(wires, act, *, rate=10_000, gap=0.0, scope="10.99.0.8/29"):
    """`act(wire)` in the near namespace; what it returns and the SYNs' last address bytes."""

    async def go():
        held = build_scope([scope])
        wire = SynWire(
            Lanes(TargetList(held)).lanes,
            SpanGuard(held),
            Cookies(),
            range(40000, 40008),
            clocks=lambda lane: [SendClock(rate)],
            host_gap=gap,
        )
        try:
            return await act(wire)
        finally:
            wire.close()

    with wires.capture("cam0") as frames:
        result = wires.inside(wires.near, lambda: asyncio.run(go()))
    return result, [(at, body[19]) for at, body in frames.left(0x0800)]


def test_in_the_order_of_the_rows(wires):
    one = Round(targets=targets_of(4), rows=np.array([2, 0, 3, 1]), port=80)
    back, sent = play(wires, lambda wire: wire.send(one))
    assert back is one
    assert [last for _, last in sent] == [12, 10, 13, 11]
    assert (one.sent, one.stray, one.busy) == (4, 0, [])
    assert [(row, at > 0) for at, rows in one.batches for row in rows] == [
        (2, True),
        (0, True),
        (3, True),
        (1, True),
    ]
    assert (one.targets.sent_at[0] > 0).all()


def test_unwanted_busy_and_stray_rows_stay(wires):
    targets = targets_of(6)  # the scope ends at 10.99.0.14
    targets.wanted[0], targets.busy[1] = False, True
    one = Round(targets=targets, rows=np.arange(6), port=80)
    _, sent = play(wires, lambda wire: wire.send(one))
    assert [last for _, last in sent] == [12, 13, 14]
    assert (one.sent, one.stray) == (3, 1)
    assert [rows.tolist() for rows in one.busy] == [[1]]


def test_address_resolution_obeys_the_scope_too(wires):
    one = Round(targets=targets_of(6), rows=np.arange(6), port=0)
    with wires.capture("cam0") as frames:
        play(wires, lambda wire: wire.send(one))
    assert [body[27] for _, body in frames.left(0x0806)] == [10, 11, 12, 13, 14]
    assert one.stray == 1


def test_the_gap_of_a_host(wires):
    targets = targets_of(2)

    async def twice(wire):
        rounds = [
            Round(targets=targets, rows=np.arange(2), port=p, number=n)
            for n, p in ((0, 80), (1, 81))
        ]
        await asyncio.gather(*map(wire.send, rounds))

    _, sent = play(wires, twice, gap=0.2)
    times = [at for at, last in sent if last == 10]
    assert times[1] - times[0] >= 0.18


@pytest.mark.alone
def test_closing_stops_at_once(wires):
    one = Round(targets=targets_of(4), rows=np.tile(np.arange(4), 5000), port=80)

    async def cut(wire):
        wire.send(one)
        while one.sent < 4:
            await asyncio.sleep(0.01)
        began = time.monotonic()
        wire.close()
        return time.monotonic() - began

    took, sent = play(wires, cut, rate=100)
    assert took < 0.1
    assert len(sent) == one.sent < 100
