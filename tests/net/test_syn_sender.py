"""What leaves, in which order and when: the same by a thread and by a process of its own."""

from __future__ import annotations

import asyncio
import time

import numpy as np
import pytest

from camscan.net.lane import Lanes
from camscan.net.span_guard import SpanGuard
from camscan.net.sweep_rates import SweepRates
from camscan.net.syn_cookie import Cookies
from camscan.net.syn_process import SynProcess
from camscan.net.syn_round import Round
from camscan.net.syn_wire import SynWire
from camscan.scope import build_scope

pytestmark = pytest.mark.root


@pytest.fixture(params=[SynWire, SynProcess], ids=["thread", "process"])
def play(request, wires):
    """`play(act)`: `act(wire, rates)` in the near namespace, whose cam0 is 10.99.0.1/24; what it
    returns, and the time and last address byte of each IPv4 frame that left."""

    def run(act, *, rate=10_000, gap=0.0, scope="10.99.0.8/29", frames_of=0x0800):
        async def go():
            held, rates = build_scope([scope]), SweepRates()
            rates.change(rate, rate)
            wire = request.param(
                Lanes(held).lanes,
                SpanGuard(held),
                Cookies(),
                range(40000, 40008),
                rates=rates,
                host_gap=gap,
            )
            try:
                if isinstance(wire, SynProcess):
                    assert await wire.ready()
                return await act(wire, rates)
            finally:
                wire.close()

        with wires.capture("cam0") as frames:
            result = wires.inside(wires.near, lambda: asyncio.run(go()))
        at = 19 if frames_of == 0x0800 else 27
        return result, [(when, body[at]) for when, body in frames.left(frames_of)]

    return run


def some(wire, count):
    """`count` addresses from 10.99.0.10 on, with a MAC."""
    octets = np.zeros((count, 4), dtype=np.uint8)
    octets[:] = (10, 99, 0, 0)
    octets[:, 3] = np.arange(count) + 10
    targets = wire.targets(0, octets, 2)
    targets.macs[:] = 2
    return targets


def test_in_the_order_of_the_rows(play):
    async def act(wire, _):
        one = Round(targets=some(wire, 4), rows=np.array([2, 0, 3, 1]), port=80)
        assert await wire.send(one) is one
        return one

    one, sent = play(act)
    assert [last for _, last in sent] == [12, 10, 13, 11]
    assert (one.sent, one.stray, one.busy.tolist()) == (4, 0, [])
    assert one.rows[one.gone].tolist() == [2, 0, 3, 1]
    assert (np.diff(one.at) >= 0).all()
    assert one.targets.sent_at[0][one.rows].tolist() == one.at.tolist()
    assert [abs(when - at) < 0.05 for (when, _), at in zip(sent, one.at, strict=True)]


def test_unwanted_busy_and_stray_rows_stay(play):
    async def act(wire, _):
        targets = some(wire, 6)  # the scope ends at 10.99.0.14
        targets.wanted[0], targets.busy[1] = False, True
        return await wire.send(Round(targets=targets, rows=np.arange(6), port=80))

    one, sent = play(act)
    assert [last for _, last in sent] == [12, 13, 14]
    assert (one.sent, one.stray) == (3, 1)
    assert one.busy.tolist() == [1]


def test_rows_that_stay_in_the_middle_of_a_burst(play):
    async def act(wire, _):
        targets = some(wire, 200)
        targets.wanted[50:60] = False
        targets.busy[100:180:3] = True
        return await wire.send(Round(targets=targets, rows=np.arange(200), port=80))

    one, sent = play(act, rate=100_000, scope="10.99.0.0/24")
    busy = list(range(100, 180, 3))
    left = [row for row in range(200) if not 50 <= row < 60 and row not in busy]
    assert [last - 10 for _, last in sent] == left
    assert one.rows[one.gone].tolist() == left
    assert one.busy.tolist() == busy


def test_address_resolution_obeys_the_scope_too(play):
    async def act(wire, _):
        return await wire.send(Round(targets=some(wire, 6), rows=np.arange(6), port=0))

    one, sent = play(act, frames_of=0x0806)
    assert [last for _, last in sent] == [10, 11, 12, 13, 14]
    assert one.stray == 1


@pytest.mark.alone
def test_the_gap_of_a_host(play):
    async def act(wire, _):
        targets = some(wire, 2)
        rounds = [
            Round(targets=targets, rows=np.arange(2), port=p, number=n)
            for n, p in ((0, 80), (1, 81))
        ]
        await asyncio.gather(*map(wire.send, rounds))

    _, sent = play(act, gap=0.2)
    times = [at for at, last in sent if last == 10]
    assert times[1] - times[0] >= 0.18


def test_who_is_claimed_before_its_turn_is_left_out(play):
    async def act(wire, _):
        targets = some(wire, 2)
        with wire.lock:
            targets.due[:] = time.monotonic() + 0.3  # the sender waits for this
        done = wire.send(Round(targets=targets, rows=np.arange(2), port=80))
        await asyncio.sleep(0.1)
        with wire.lock:
            targets.busy[0] = True
        return await done

    one, sent = play(act)
    assert [last for _, last in sent] == [11]
    assert one.busy.tolist() == [0]


@pytest.mark.alone
def test_the_rate_changes_under_way_and_what_others_send_leaves_less_room(play):
    async def act(wire, rates):
        targets = some(wire, 100)
        done = wire.send(Round(targets=targets, rows=np.tile(np.arange(100), 50), port=80))
        await asyncio.sleep(0.5)
        rates.change(2_000, 2_000)
        rates.count(1_000)
        return await done

    one, sent = play(act, rate=5_000, scope="10.99.0.0/24")
    first = sent[0][0]
    assert len(sent) == one.sent == 5_000
    # 2,500 in half a second, half a second for the 1,000 of others, 2,500 in 1.25 s
    assert 2.0 < sent[-1][0] - first < 2.8
    assert sum(at - first < 0.45 for at, _ in sent) <= 0.45 * 1.04 * 5_000 + 100


@pytest.mark.alone
def test_closing_stops_at_once(play):
    async def act(wire, _):
        targets = some(wire, 4)
        one = Round(targets=targets, rows=np.tile(np.arange(4), 5000), port=80)
        wire.send(one)
        while one.sent < 4:
            await asyncio.sleep(0.01)
        began = time.monotonic()
        wire.close()
        return one, time.monotonic() - began

    (one, took), sent = play(act, rate=100)
    assert took < 0.5
    assert len(sent) == one.sent < 100
