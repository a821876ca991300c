"""One block: what it starts, when it is complete, what an interruption leaves."""

from __future__ import annotations

import asyncio

import pytest

from camscan.discovery.tcp_block import Block, Sweep
from camscan.model.status import Status
from camscan.net.pace import Pace

ADDRESSES = [f"10.88.6.{n}" for n in range(1, 101)]


def sweep_over(bench, dialer, *, ports=(80, 554), slots=50, **calls):
    ctx = bench.context("10.88.6.0/24", dialer=dialer)
    quiet = {
        "done": lambda address, port: False,
        "on_address": lambda address: None,
        "on_progress": lambda attempts: None,
        "on_cut_off": lambda cidr: None,
    }
    return Sweep(
        name="tcp-connect",
        ctx=ctx,
        emit=bench.sightings.append,
        ports=ports,
        slots=asyncio.Semaphore(slots),
        paces={True: Pace(10000), False: Pace(10000)},
        **(quiet | calls),
    )


def run(bench, net, *, addresses=ADDRESSES, **options):
    completed, told = [], []

    async def go():
        sweep = sweep_over(bench, net, on_address=told.append, **options)
        block = Block(sweep, 1000, addresses, lambda: completed.append(True))
        assert (block.first, block.last) == (1000, 1000 + len(addresses) - 1)
        async with asyncio.TaskGroup() as tasks:
            await block.send(tasks)
        assert block.complete
        block.finish()
        return sweep

    return asyncio.run(go()), completed, told


def test_every_address_and_port_once(bench, network):
    net = network(lambda a, p, n: Status.OK if a.endswith(".7") else Status.TIMED_OUT)
    sweep, completed, told = run(bench, net)
    assert sorted(net.touched) == sorted((a, p) for a in ADDRESSES for p in (80, 554))
    assert (sweep.sent, sweep.ended) == (200, 200)
    assert sweep.answered == {"10.88.6.7"}
    assert completed
    assert sorted(told) == sorted(ADDRESSES)
    assert bench.open_ports == {("10.88.6.7", 80), ("10.88.6.7", 554)}


def test_nothing_to_ask_is_complete_at_once(bench, network):
    net = network(lambda *_: Status.OK)
    _, completed, told = run(bench, net, done=lambda address, port: True)
    assert net.touched == []
    assert completed == [True]
    assert sorted(told) == sorted(ADDRESSES)
    assert run(bench, net, ports=())[1] == [True]


def test_attempts_under_way_are_bounded(bench, network):
    now = most = 0

    class Counting(network):
        async def touch(self, address, port, *, timeout=1.0):
            nonlocal now, most
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.001)
            now -= 1
            return await super().touch(address, port)

    run(bench, Counting(lambda *_: Status.TIMED_OUT), slots=9)
    assert most == 9


def test_ipv6_needs_no_watch(bench, network):
    net = network(lambda *_: Status.REFUSED)
    addresses = [f"fd00::{n:x}" for n in range(1, 90)]
    sweep, _, told = run(bench, net, addresses=addresses)
    assert len(bench.sightings) == 178
    assert len(told) == len(sweep.answered) == 89
    assert bench.skips == []


def test_a_middlebox_answers_for_nobody(bench, network):
    sweep, _, told = run(bench, network(lambda *_: Status.OK))
    assert sweep.answered == set()
    assert bench.sightings == []
    assert len(told) == 100
    assert bench.skips[0].what == "middlebox"


def test_a_stopped_subnet_gets_nothing_more(bench, network):
    cut = []
    net = network(lambda a, p, n: Status.OK if n <= 100 else Status.TIMED_OUT, on_link=True)
    sweep, completed, told = run(
        bench, net, ports=tuple(range(1, 40)), slots=10, on_cut_off=cut.append
    )
    assert cut == ["10.88.6.0/24"]
    assert sweep.stopped == {"10.88.6.0/24"}
    assert sweep.sent == len(net.touched) < 100 * 6
    assert completed
    assert sorted(told) == sorted(ADDRESSES)


@pytest.mark.parametrize("hosts", [60, 95])
def test_finish_after_an_interruption(bench, network, hosts):
    """A handful of hosts is released; most of a subnet is a middlebox then, too."""
    told = []

    class Stuck(network):
        async def touch(self, address, port, *, timeout=1.0):
            if int(address.rpartition(".")[2]) > hosts:
                await asyncio.Event().wait()
            return await super().touch(address, port)

    async def go():
        net = Stuck(lambda a, p, n: Status.OK)
        sweep = sweep_over(bench, net, ports=(80,), slots=100, on_address=told.append)
        block = Block(sweep, 0, ADDRESSES, lambda: None)

        async def work():
            async with asyncio.TaskGroup() as tasks:
                await block.send(tasks)

        task = asyncio.create_task(work())
        while sweep.ended < hosts:
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert not block.complete
        block.finish()

    asyncio.run(go())
    assert len(bench.sightings) == (60 if hosts == 60 else 0)
    assert [skip.what for skip in bench.skips] == ([] if hosts == 60 else ["middlebox"])
    assert sorted(told) == sorted(ADDRESSES[:hosts])
