from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.net.pace import Pace, Paces
from camscan.net.profile import PROFILES
from camscan.net.sweep_rates import SweepRates


class FakeTime:
    """A clock that sleeping moves, late by what the test wants."""

    def __init__(self, lateness: list[float]) -> None:
        self.now = 1000.0
        self._lateness = lateness

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds + (self._lateness.pop() if self._lateness else 0.0)


@given(
    rate=st.floats(min_value=1, max_value=100_000),
    lateness=st.lists(st.floats(min_value=0, max_value=3), max_size=60),
    idle=st.lists(st.floats(min_value=0, max_value=2), min_size=1, max_size=60),
)
def test_no_window_of_time_ever_holds_more_than_the_rate(
    rate: float, lateness: list[float], idle: list[float]
) -> None:
    async def run() -> list[float]:
        fake = FakeTime(lateness)
        pace = Pace(rate, clock=fake.clock, sleep=fake.sleep)
        sent = []
        for pause in idle:
            await pace.wait()
            sent.append(fake.now)
            fake.now += pause
        return sent

    sent = asyncio.run(run())
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            window = sent[last] - sent[first]
            assert last - first + 1 <= rate * (window + 0.010) + 2.001


@pytest.mark.alone
def test_the_rate_is_reached_on_a_real_clock() -> None:
    async def run() -> float:
        pace = Pace(2000)
        begin = time.monotonic()
        for _ in range(400):
            await pace.wait()
        return time.monotonic() - begin

    assert 0.18 <= asyncio.run(run()) <= 0.6


def test_many_waiters_share_one_rate() -> None:
    async def run() -> float:
        pace = Pace(1000)
        begin = time.monotonic()
        await asyncio.gather(*(pace.wait(bulk=True) for _ in range(200)))
        return time.monotonic() - begin

    assert asyncio.run(run()) >= 0.18


def test_n_packets_cost_n_tokens() -> None:
    async def run() -> float:
        fake = FakeTime([])
        pace = Pace(10, clock=fake.clock, sleep=fake.sleep)
        await pace.wait(30)
        await pace.wait()
        return fake.now - 1000.0

    assert asyncio.run(run()) == pytest.approx(3.0, abs=0.02)


@pytest.mark.alone
def test_a_probe_passes_a_queue_of_bulk_waiters() -> None:
    async def run() -> int:
        pace = Pace(200)
        done: list[str] = []

        async def go(name: str, bulk: bool) -> None:
            await pace.wait(bulk=bulk)
            done.append(name)

        bulk = [asyncio.create_task(go("bulk", True)) for _ in range(100)]
        await asyncio.sleep(0.02)
        await go("probe", False)
        for task in bulk:
            task.cancel()
        await asyncio.gather(*bulk, return_exceptions=True)
        return done.index("probe")

    assert asyncio.run(run()) < 15


@pytest.mark.alone
def test_a_cancelled_waiter_takes_no_token_and_blocks_nobody() -> None:
    async def run() -> float:
        pace = Pace(5)
        await pace.wait()
        waiting = asyncio.create_task(pace.wait(1000))
        await asyncio.sleep(0)
        waiting.cancel()
        begin = time.monotonic()
        await pace.wait()
        return time.monotonic() - begin

    assert asyncio.run(run()) < 1.0


@pytest.mark.parametrize("rate", [0, -1])
def test_a_rate_must_be_above_zero(rate: float) -> None:
    with pytest.raises(ValueError, match="above zero"):
        Pace(rate)


@pytest.mark.alone
def test_routed_packets_obey_the_lower_rate_and_the_total() -> None:
    async def run() -> tuple[float, float, float]:
        paces = Paces(PROFILES["normal"])
        begin = time.monotonic()
        for _ in range(100):
            await paces.syn(on_link=False)
        syn = time.monotonic() - begin
        begin = time.monotonic()
        for _ in range(40):
            await paces.datagram(on_link=False)
        datagram = time.monotonic() - begin
        begin = time.monotonic()
        for _ in range(100):
            await paces.syn(on_link=True)
        return syn, datagram, time.monotonic() - begin

    syn, datagram, on_link = asyncio.run(run())
    assert syn >= 0.18
    assert datagram >= 0.18
    assert on_link < syn


def test_gentle_stays_at_its_total_whatever_is_sent() -> None:
    async def run() -> float:
        paces = Paces(PROFILES["gentle"])
        begin = time.monotonic()
        await asyncio.gather(
            *(paces.syn(on_link=False) for _ in range(15)),
            *(paces.datagram(on_link=False) for _ in range(15)),
            *(paces.syn(on_link=True) for _ in range(10)),
        )
        return time.monotonic() - begin

    assert asyncio.run(run()) >= 0.37


def test_what_has_passed_is_counted() -> None:
    async def run() -> None:
        paces = Paces(PROFILES["thorough"])
        await paces.syn(on_link=True)
        paces.tell(rates)
        assert (rates.passed(), rates.passed_syn()) == (1, 0)
        await paces.syn(on_link=False)
        await paces.datagram(on_link=False)

    rates = SweepRates()
    asyncio.run(run())
    assert (rates.passed(), rates.passed_syn()) == (3, 1)


def test_a_packet_that_need_not_wait_overtakes_nobody() -> None:
    async def run() -> None:
        pace = Pace(20)
        await pace.wait()
        assert not pace.ready
        waiter = asyncio.create_task(pace.wait(bulk=True))
        await asyncio.sleep(0.12)
        assert waiter.done()
        late = [asyncio.create_task(pace.wait()) for _ in range(2)]
        await asyncio.sleep(0)
        assert not pace.ready, "somebody waits"
        await asyncio.gather(*late)
        await asyncio.sleep(0.06)
        assert pace.ready
        assert pace.passed == 4

    asyncio.run(run())


def test_a_syn_that_need_not_wait_counts_for_both_rates() -> None:
    async def run() -> None:
        paces, rates = Paces(PROFILES["gentle"]), SweepRates()
        paces.tell(rates)
        assert paces.syn_now(on_link=False)
        assert not paces.syn_now(on_link=False)
        assert not paces.syn_now(on_link=True), "the total is used up too"
        assert (rates.passed(), rates.passed_syn()) == (1, 1)

    asyncio.run(run())
