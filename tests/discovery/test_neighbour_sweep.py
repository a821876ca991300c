"""Passes over the silent, MACs kept once, evidence of each."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import numpy as np
import pytest

from camscan.discovery import neighbour_sweep
from camscan.discovery.neighbour_sweep import NeighbourSweep
from camscan.net.answer_reader import Neighbour


class FakePart:
    def __init__(self, size):
        self.order = np.arange(size)
        self.arrays = SimpleNamespace(macs=np.zeros((size, 6), dtype=np.uint8))

    def text(self, row):
        return f"10.0.0.{row}"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(neighbour_sweep, "PAUSES", (0, 0, 0))


def test_each_pass_asks_who_was_silent(bench):
    sweep, part = NeighbourSweep(), FakePart(5)
    ctx = bench.context("10.0.0.0/24", dialer=object())
    asked, given_up = [], []
    answers = iter([[1, 3], [0], []])

    async def send(one, _part):
        asked.append(one.rows.tolist())
        one.at[:] = 1.0
        for row in next(answers):
            said = Neighbour(f"10.0.0.{row}", f"00:40:8c:00:00:0{row}", 2)
            sweep.heard(ctx, said, part, row, bench.sightings.append)
        return one

    async def go():
        passes = sweep.passes(part, send, settle=lambda rows: given_up.extend(rows.tolist()))
        return [rows.tolist() async for rows in passes]

    assert asyncio.run(go()) == [[1, 3], [], [0], [], [], []]
    assert asked == [[0, 1, 2, 3, 4], [0, 2, 4], [2, 4]]
    assert given_up == [2, 4]
    method = sweep.method()
    assert (method.name, method.sent, method.answered) == ("arp", 10, 3)


def test_who_answers_soon_does_not_wait_for_the_others(bench, monkeypatch):
    monkeypatch.setattr(neighbour_sweep, "PAUSES", (0.01,))
    monkeypatch.setattr(neighbour_sweep, "SOON", 0)
    sweep, part = NeighbourSweep(), FakePart(3)
    ctx = bench.context("10.0.0.0/24", dialer=object())

    def answer(row):
        said = Neighbour(f"10.0.0.{row}", f"00:40:8c:00:00:0{row}", 2)
        sweep.heard(ctx, said, part, row, bench.sightings.append)

    async def send(one, _part):
        answer(2)
        return one

    async def go():
        found = []
        async for rows in sweep.passes(part, send, settle=lambda _: None):
            found.append(rows.tolist())
            if len(found) == 1:
                answer(0)  # while the first pass still waits
        return found

    assert asyncio.run(go()) == [[2], [0]]


def test_the_first_mac_stays_and_is_evidence(bench):
    sweep, part = NeighbourSweep(), FakePart(3)
    ctx = bench.context("10.0.0.0/24", dialer=object())
    for mac in ("00:40:8c:12:34:56", "02:00:00:00:00:01"):
        sweep.heard(ctx, Neighbour("10.0.0.1", mac, 2), part, 1, bench.sightings.append)
    (sighting,) = bench.sightings
    assert (sighting.transport, sighting.port, sighting.hint) == ("link", None, False)
    assert {(e.field, e.value, e.method) for e in sighting.evidence} == {
        ("mac.address", "00:40:8c:12:34:56", "arp"),
        ("mac.oui", "00:40:8c", "arp"),
    }
    assert part.arrays.macs[1].tobytes().hex() == "00408c123456"
