"""A host that was deaf during the sweep is found by the repair after the sample shows the loss."""

from __future__ import annotations

import asyncio
from collections import Counter

import numpy as np
import pytest

from camscan.discovery import tcp_syn
from camscan.discovery.syn_again import Finished
from camscan.discovery.tcp_syn import TcpSyn
from camscan.model.contact_round import expand
from camscan.net.profile import PROFILES

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
