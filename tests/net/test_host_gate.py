from __future__ import annotations

import asyncio
import time

import pytest

from camscan.net import host_gate
from camscan.net.host_gate import HostGate


def test_one_at_a_time_per_address_and_others_beside() -> None:
    async def run() -> tuple[int, int]:
        gate = HostGate(host_gap=0, probe_gap=0)
        now: dict[str, int] = {"a": 0, "b": 0}
        most = {"a": 0, "b": 0, "all": 0}

        async def visit(address: str) -> None:
            await gate.enter(address, probe=False)
            now[address] += 1
            most[address] = max(most[address], now[address])
            most["all"] = max(most["all"], sum(now.values()))
            await asyncio.sleep(0.002)
            now[address] -= 1
            gate.leave(address, probe=False)

        await asyncio.gather(*(visit(a) for a in "ab" * 10))
        return max(most["a"], most["b"]), most["all"]

    assert asyncio.run(run()) == (1, 2)


def test_the_gap_between_two_syns() -> None:
    async def run() -> list[float]:
        gate = HostGate(host_gap=0.03, probe_gap=0)
        times = []
        for _ in range(3):
            await gate.enter("a", probe=False)
            gate.sent("a")
            times.append(time.monotonic())
            gate.leave("a", probe=False)
        return times

    first, second, third = asyncio.run(run())
    assert second - first >= 0.029
    assert third - second >= 0.029


def test_the_gap_between_probes_counts_from_the_end_of_one() -> None:
    async def run() -> float:
        gate = HostGate(host_gap=0, probe_gap=0.05)
        await gate.enter("a", probe=True)
        gate.sent("a")
        await asyncio.sleep(0.06)
        ended = time.monotonic()
        gate.leave("a", probe=True)
        await gate.enter("a", probe=True)
        gate.leave("a", probe=True)
        return time.monotonic() - ended

    assert asyncio.run(run()) >= 0.049


def test_a_task_that_would_wait_for_itself_is_told() -> None:
    async def run() -> None:
        gate = HostGate(host_gap=0, probe_gap=0)
        await gate.enter("a", probe=True)
        with pytest.raises(RuntimeError, match="close it first"):
            await gate.enter("a", probe=True)
        gate.leave("a", probe=True)
        await gate.enter("a", probe=True)

    asyncio.run(run())


def test_cancelled_waiters_leave_the_gate_usable() -> None:
    async def run() -> None:
        gate = HostGate(host_gap=10, probe_gap=0)
        await gate.enter("a", probe=False)
        gate.sent("a")
        locked = asyncio.create_task(gate.enter("a", probe=False))
        await asyncio.sleep(0)
        locked.cancel()
        gate.leave("a", probe=False)
        in_gap = asyncio.create_task(gate.enter("a", probe=False))
        await asyncio.sleep(0.01)
        in_gap.cancel()
        await asyncio.gather(locked, in_gap, return_exceptions=True)
        gate._hosts["a"].next_syn = 0.0
        await asyncio.wait_for(gate.enter("a", probe=False), 1)

    asyncio.run(run())


def test_hosts_are_forgotten_when_their_gaps_are_over() -> None:
    async def run() -> int:
        gate = HostGate(host_gap=0, probe_gap=0)
        for number in range(2 * host_gate._PRUNE_EVERY + 5):
            name = str(number)
            await gate.enter(name, probe=False)
            gate.sent(name)
            gate.leave(name, probe=False)
        return len(gate)

    assert asyncio.run(run()) <= 5


def test_a_raw_sweep_shares_the_hosts():
    class Sweep:
        def __init__(self):
            self.said = []

        def claim(self, address):
            self.said.append(("claim", address))
            if len(self.said) == 1:
                return time.monotonic() + 0.02
            return time.monotonic() + 0.05 if len(self.said) == 2 else 0.0

        def release(self, address):
            self.said.append(("release", address))

    async def go():
        gate = HostGate(host_gap=0.0, probe_gap=0.0)
        sweep = Sweep()
        await gate.enter("10.0.0.2", probe=False)
        gate.share(sweep)
        assert sweep.said == [("claim", "10.0.0.2")]
        gate.leave("10.0.0.2", probe=False)
        sweep.said.clear()
        began = time.monotonic()
        await gate.enter("10.0.0.1", probe=True)
        waited = time.monotonic() - began
        # What was on its way at the first claim has moved the time by the second.
        assert sweep.said == [("claim", "10.0.0.1")] * 2
        gate.leave("10.0.0.1", probe=True)
        assert sweep.said[-1] == ("release", "10.0.0.1")
        return waited

    assert asyncio.run(go()) >= 0.065


def test_entering_without_waiting():
    class Sweep:
        def claim(self, address):
            return 0.0

        def release(self, address):
            pass

    async def go():
        gate = HostGate(host_gap=0.03, probe_gap=0)
        assert gate.enter_now("a")
        assert not gate.enter_now("a"), "somebody talks to it"
        waiting = asyncio.create_task(gate.enter("a", probe=True))
        await asyncio.sleep(0)
        gate.sent("a")
        gate.leave("a", probe=False)
        assert not gate.enter_now("a"), "it is the waiter's turn"
        await waiting
        gate.leave("a", probe=True)
        gate.sent("a")
        assert not gate.enter_now("a"), "its gap is not over"
        assert gate.enter_now("b")
        gate.leave("b", probe=False)
        gate.share(Sweep())
        assert not gate.enter_now("c"), "the sweep is to be asked first"

    asyncio.run(go())
