"""One run's answers: late ones are kept, those of middleboxes are not."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address

import numpy as np
import pytest

from camscan.discovery.syn_again import Finished
from camscan.discovery.syn_run import SAMPLE_ATTEMPT
from camscan.discovery.tcp_syn import TcpSyn
from camscan.model.status import Status
from camscan.net.profile import PROFILES
from camscan.net.syn_answer import Answer

pytestmark = pytest.mark.root


def test_otherwise_every_syn_is_a_contact(segment, bench):
    segment.routed("10.98.0.0/24")
    method = segment.sweep(bench, TcpSyn((80, 81)), "10.98.0.0/28")
    assert len(bench.contacts) == method.sent == 28 * 2  # the sample asks all of so few again
    assert {(c.address, c.port) for c in bench.contacts} == {
        (f"10.98.0.{n}", port) for n in range(1, 15) for port in (80, 81)
    }
    assert {c.query for c in bench.contacts} == {"tcp syn"}


def test_late_answers_and_samples(segment, bench):
    segment.routed("10.98.0.0/16")

    async def go():
        ctx = bench.context("10.98.0.0/23", profile=PROFILES["normal"])
        run = bench.syn_run(ctx, (80, 81))
        await run.open()
        indices = np.arange(len(run.targets))
        part = run.part(indices, 0, indices)
        run.finished.append(Finished(part, 0, np.zeros(len(indices), dtype=bool)))
        run.forget(part)
        run.crowds.add("10.98.1.0/24")

        def said(address, port, attempt, status=Status.OK):
            run._heard([Answer(ip_address(address).packed, port, status, attempt, 2, 0.0)])

        said("10.98.0.9", 80, 0)
        said("10.98.0.9", 80, 1)
        said("10.98.0.9", 99, 1)
        said("10.98.1.9", 80, 1)
        said("10.98.0.10", 81, SAMPLE_ATTEMPT)
        said("10.98.0.11", 81, 1, Status.UNREACHABLE)
        said("10.77.0.1", 80, 0)
        run.close()
        return run

    run = segment.inside(segment.near, lambda: asyncio.run(go()))
    assert bench.open_ports == {("10.98.0.9", 80), ("10.98.0.10", 81)}
    assert run.answered == {"10.98.0.9", "10.98.0.10"}
    assert run.loss.late == 2
    assert {run.targets.text(index) for index, _ in run.sampled} == {"10.98.0.10"}


def test_who_is_talked_to_before_its_block_begins_is_busy(segment, bench):
    segment.routed("10.98.0.0/16")

    async def go():
        ctx = bench.context("10.98.0.0/28", profile=PROFILES["normal"])
        run = bench.syn_run(ctx, (80,))
        await run.open()
        run.claim("10.98.0.3")
        indices = np.arange(len(run.targets))
        part = run.part(indices, 0, indices)
        before = part.arrays.busy.tolist()
        run.release("10.98.0.3")
        run.close()
        return before, part.arrays.busy.tolist(), part.arrays.due[2]

    before, after, due = segment.inside(segment.near, lambda: asyncio.run(go()))
    assert before == [row == 2 for row in range(14)]
    assert not any(after)
    assert due > 0
