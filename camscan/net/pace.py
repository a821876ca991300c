"""Exact pacing of what is sent, with only a small burst allowed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from camscan.net.profile import Profile

if TYPE_CHECKING:
    from camscan.net.sweep_rates import SweepRates

# Event loops wake a millisecond late; what is lost by that may be caught up, no more.
_BURST_SECONDS = 0.010


class Pace:
    """A token pace of `per_second`: over any time T at most per_second * (T + 10 ms) + n pass,
    n being the most that one waiter asks for.

    Waiters pass in order; `passed` counts packets, and `on_passed` is told how many. A `bulk`
    waiter lets everyone else go first, so a sweep that has queued thousands of SYNs does not
    starve the probes of hosts already found.
    """

    def __init__(
        self,
        per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if per_second <= 0:
            raise ValueError("a pace needs a rate above zero")
        self._interval = 1.0 / per_second
        self._clock = clock
        self._sleep = sleep
        self._next = clock()
        self._turn = asyncio.Lock()
        self._bulk_turn = asyncio.Lock()
        self._waiting = 0
        self.passed = 0
        self.on_passed: Callable[[int], None] | None = None

    @property
    def ready(self) -> bool:
        """True when a packet may leave now and nobody has been waiting for that."""
        return not self._waiting and self._next <= self._clock()

    def take(self, n: int = 1) -> None:
        """`n` packets leave now; ask `ready` first."""
        earliest = self._clock() - _BURST_SECONDS
        self._next = max(self._next, earliest) + n * self._interval
        self.passed += n
        if self.on_passed is not None:
            self.on_passed(self.passed)

    async def wait(self, n: int = 1, *, bulk: bool = False) -> None:
        """Return when `n` more packets may leave."""
        if self.ready:
            self.take(n)
            return
        self._waiting += 1
        try:
            if bulk:
                async with self._bulk_turn, self._turn:
                    await self._pass(n)
            else:
                async with self._turn:
                    await self._pass(n)
        finally:
            self._waiting -= 1

    async def _pass(self, n: int) -> None:
        delay = self._next - self._clock()
        if delay > 0:
            await self._sleep(delay)
        self.take(n)


class Paces:
    """The paces of one run: everything together, routed SYNs, routed datagrams."""

    def __init__(self, profile: Profile) -> None:
        self._total = Pace(profile.on_link_pps)
        self._syn = Pace(profile.routed_syn_pps)
        self._datagram = Pace(profile.routed_udp_pps)

    def tell(self, rates: SweepRates) -> None:
        """Tell `rates` from now on how many packets, and how many routed SYNs, have left."""
        for pace, count in ((self._total, rates.count), (self._syn, rates.count_syn)):
            count(pace.passed)
            pace.on_passed = count

    async def syn(self, *, on_link: bool, bulk: bool = False) -> None:
        """Return when one more SYN may leave."""
        if not on_link:
            await self._syn.wait(bulk=bulk)
        await self._total.wait(bulk=bulk)

    def syn_now(self, *, on_link: bool) -> bool:
        """Let one more SYN leave if that needs no waiting; else False."""
        if not self._total.ready or not (on_link or self._syn.ready):
            return False
        if not on_link:
            self._syn.take()
        self._total.take()
        return True

    async def datagram(self, n: int = 1, *, on_link: bool) -> None:
        """Return when `n` more UDP datagrams may leave."""
        if not on_link:
            await self._datagram.wait(n, bulk=True)
        await self._total.wait(n, bulk=True)
