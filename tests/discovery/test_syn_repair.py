"""A host that was deaf during the sweep is found by the repair after the sample shows the loss."""

from __future__ import annotations

import asyncio
from collections import Counter

import numpy as np
import pytest

from camscan.discovery import syn_repair, tcp_syn
from camscan.discovery.syn_again import Finished
from camscan.discovery.syn_repair import repair
from camscan.discovery.syn_run import SAMPLE_ATTEMPT
from camscan.discovery.tcp_syn import TcpSyn
from camscan.model.contact_round import expand
from camscan.model.status import Status
from camscan.net.profile import PROFILES
from tests.discovery.scripted_wire import ScriptedWire

pytestmark = pytest.mark.root


def test_what_the_sample_shows_is_asked_again(segment, bench, monkeypatch):
    segment.routed("10.98.0.0/24")
    segment.listen(80)
    hosts = [f"10.98.0.{n}" for n in range(1, 61)]
    plain = tcp_syn.ask_sample

    async def wake_up_first(run, *samples):
        # Everybody wakes between the sweep and the sample: nothing had been seen of them.
        segment.answers(*(f"{host}/32" for host in hosts))
        # The sample holds only some: the others must come by the repair.
        return await plain(run, *(sample[:40] for sample in samples))

    monkeypatch.setattr(tcp_syn, "ask_sample", wake_up_first)
    method = segment.sweep(bench, TcpSyn((80,)), "10.98.0.0/24", profile=PROFILES["thorough"])
    assert bench.open_ports == {(host, 80) for host in hosts}
    assert "silent ports were asked again for the loss that showed" in method.reason
    assert "silent ports answered when asked again" in method.reason


def test_a_quiet_network_is_not_asked_twice(segment, bench, syns, tmp_path):
    segment.routed("10.98.0.0/20")
    with segment.capture(tmp_path, segment.near, "cam0") as frames:
        method = segment.sweep(bench, TcpSyn((80,)), "10.98.0.0/20")
    assert "asked again for the loss" not in method.reason
    assert 4094 < len(syns(frames)) <= 4094 + 1000


def test_who_is_talked_to_is_in_no_sample_and_in_no_repair(segment, bench):
    """One connection per device at a time, also after the blocks are finished."""
    segment.routed("10.98.0.0/24")
    told = []

    async def go():
        ctx = bench.context("10.98.0.0/28", on_round=told.append)
        run = bench.syn_run(ctx, (80,))
        await run.open()
        indices = np.arange(len(run.targets))
        part = run.part(indices, 0, indices)
        run.finished.append(Finished(part, 0, np.zeros((1, len(indices)), dtype=bool)))
        run.forget(part)
        run.claim("10.98.0.3")
        asked = await tcp_syn.ask_sample(run, [(2, 0), (3, 0)])
        await tcp_syn.repair(run, 1)
        run.release("10.98.0.3")
        again = await tcp_syn.ask_sample(run, [(2, 0)])
        run.close()
        return asked, again

    asked, again = segment.inside(segment.near, lambda: asyncio.run(go()))
    assert (asked, again) == ({(3, 0)}, {(2, 0)})
    made = Counter(contact.address for contact in expand(told))
    assert made["10.98.0.3"] == 1, "only after it was released"
    assert made["10.98.0.4"] == 2
    assert len(made) == 14


def test_who_was_lost_where_nothing_showed_it_is_found_by_the_repair(monkeypatch, bench):
    """Each host loses all of its first SYNs, so the sweep sees no loss; the sample, of an eighth
    of what was silent, does."""
    hosts = [f"10.98.{n // 16}.{n % 16 + 1}" for n in range(200)]
    awake = frozenset(hosts)
    wire = ScriptedWire(lambda s: Status.OK if s.before and s.address in awake else None)
    method = wire.sweep(monkeypatch, bench, TcpSyn((80, 81)), "10.98.0.0/20")
    assert bench.open_ports == {(host, port) for host in hosts for port in (80, 81)}
    sampled = {(s.address, s.port) for s in wire.syns if s.attempt == SAMPLE_ATTEMPT}
    assert 0 < len(sampled & bench.open_ports) < 100, "the sample alone finds few of them"
    assert "silent ports were asked again for the loss that showed" in method.reason


def test_each_block_is_asked_as_often_as_the_loss_needs(monkeypatch, bench):
    """What was asked again in its own time is asked the less; who has answered is left alone."""
    monkeypatch.setattr(syn_repair, "GRACE", 0.0)
    wire = ScriptedWire(lambda s: Status.OK if s.address == "10.98.0.9" and s.before == 2 else None)

    async def go():
        run = bench.syn_run(bench.context("10.98.0.0-10.98.1.255"), (80,))
        await wire.open(run)
        for first, passes in ((0, 0), (256, 2)):
            indices = np.arange(first, first + 256)
            part = run.part(indices, 0, indices - first)
            run.finished.append(Finished(part, passes, np.zeros(256, dtype=bool)))
            run.forget(part)
        await repair(run, 3)
        return [one.passes for one in run.finished]

    assert asyncio.run(go()) == [3, 3]
    assert bench.open_ports == {("10.98.0.9", 80)}
    asked = Counter(syn.address for syn in wire.syns)
    assert asked == {f"10.98.{m}.{n}": 1 if m else 3 for m in (0, 1) for n in range(256)}
    assert [syn.attempt for syn in wire.syns if syn.address == "10.98.0.8"] == [3, 4, 5]
