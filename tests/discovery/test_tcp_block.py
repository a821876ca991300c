"""One block: what it starts, when it is complete, what an interruption leaves."""

from __future__ import annotations

import asyncio
import time

import pytest

from camscan.discovery.sweep_events import SweepEvents
from camscan.discovery.tcp_block import Block, Sweep
from camscan.errors import LocalFaultError
from camscan.model.status import Status
from camscan.net.pace import Pace

ADDRESSES = [f"10.88.6.{n}" for n in range(1, 101)]


def sweep_over(bench, dialer, *, ports=(80, 554), slots=50, **calls):
    ctx = bench.context("10.88.6.0/24", dialer=dialer)
    return Sweep(
        name="tcp-connect",
        ctx=ctx,
        emit=bench.sightings.append,
        ports=ports,
        slots=asyncio.Semaphore(slots),
        paces={True: Pace(10000), False: Pace(10000)},
        events=SweepEvents(**calls),
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


class AtOnce:
    """A network whose attempts need no task; `ends` are told when `answer` is called."""

    def __init__(self):
        self.ends = []

    def touch_now(self, address, port, done, *, on_link):
        self.ends.append((address, port, done))
        return True

    def is_on_link(self, address):
        return True


def test_attempts_without_a_task_are_waited_for(bench):
    net, told, done = AtOnce(), [], []

    async def go():
        sweep = sweep_over(bench, net, ports=(80,), slots=200, on_address=told.append)
        async with asyncio.TaskGroup() as tasks:
            block = Block(sweep, 0, ADDRESSES, lambda: done.append(True))
            await block.send(tasks)
            assert (told, done, sweep.sent) == ([], [], 100)
            for address, _, end in net.ends:
                end(Status.OK if address.endswith(".7") else Status.TIMED_OUT)
        return sweep

    sweep = asyncio.run(asyncio.wait_for(go(), 5))
    assert done == [True]
    assert sorted(told) == sorted(ADDRESSES)
    assert sweep.ended == 100
    assert bench.open_ports == {("10.88.6.7", 80)}


def test_a_fault_of_this_machine_ends_the_sweep(bench):
    net = AtOnce()

    async def go():
        sweep = sweep_over(bench, net, ports=(80,), slots=200)
        async with asyncio.TaskGroup() as tasks:
            block = Block(sweep, 0, ADDRESSES, lambda: None)
            await block.send(tasks)
            net.ends[0][2](LocalFaultError("no sockets left"))

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(asyncio.wait_for(go(), 5))
    assert "no sockets left" in str(caught.value.exceptions[0])


def test_what_goes_wrong_with_an_answer_ends_the_sweep_too(bench):
    """It is told by the event loop, where nobody else would hear of it."""
    net = AtOnce()

    def broken(_):
        raise ZeroDivisionError

    async def go():
        sweep = sweep_over(bench, net, ports=(80,), slots=200, on_progress=broken)
        async with asyncio.TaskGroup() as tasks:
            await Block(sweep, 0, ADDRESSES, lambda: None).send(tasks)
            asyncio.get_running_loop().call_soon(net.ends[0][2], Status.OK)

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(asyncio.wait_for(go(), 5))
    assert isinstance(caught.value.exceptions[0], ZeroDivisionError)


def test_what_is_said_after_the_end_is_heard_by_nobody(bench):
    net = AtOnce()

    async def go():
        sweep = sweep_over(bench, net, ports=(80,), slots=200)

        async def work():
            async with asyncio.TaskGroup() as tasks:
                await Block(sweep, 0, ADDRESSES, lambda: None).send(tasks)

        task = asyncio.create_task(work())
        while len(net.ends) < 100:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        net.ends[0][2](Status.OK)
        return sweep

    assert asyncio.run(go()).ended == 0
    assert bench.sightings == []


def test_everything_else_has_its_turn_while_the_rate_is_too_high(bench):
    """A round whose pace never makes it wait still lets the loop run every few milliseconds."""
    turns = 0

    class Slow(AtOnce):
        def touch_now(self, address, port, done, *, on_link):
            time.sleep(0.001)
            done(Status.TIMED_OUT)
            return True

    async def go():
        nonlocal turns
        sweep = sweep_over(bench, Slow(), ports=(80,), slots=200)
        async with asyncio.TaskGroup() as tasks:
            send = asyncio.create_task(Block(sweep, 0, ADDRESSES, lambda: None).send(tasks))
            while not send.done():
                turns += 1
                await asyncio.sleep(0)

    asyncio.run(go())
    assert turns >= 10
