"""The connect sweep: any user, any platform, a bounded window of connections.

Port by port within blocks of a few thousand addresses, so that two SYNs to one host are far
apart; the order within a block is shuffled by a seed and therefore the same on every resume.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice

from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.discovery.subnet_group import BLOCK, blocks, group_of
from camscan.discovery.sweep_events import SweepEvents
from camscan.discovery.tcp_block import Block, Sweep
from camscan.errors import first_fault
from camscan.model.coverage import Method, MethodStatus
from camscan.net.pace import Pace
from camscan.protocols.never import NEVER_PORTS

SHARE = 0.9
"""Part of the profile's rate that the sweep takes, so that probes and UDP need not queue."""

NO_EVENTS = SweepEvents()

_WAIT_SECONDS = 1.0
"""Attempts under way: the rate times the longest wait for an answer, and some more."""


class TcpConnect:
    """Sweeps every address of the scope over `ports`.

    `start` is the index (in the scope's order) to begin at; `again` names /24s before it that
    were cut off and are asked first, without `events.on_block`. A device that keeps its own
    connection busy delays its block's end, not the sweep.
    """

    name = "tcp-connect"

    def __init__(
        self,
        ports: Sequence[int],
        *,
        seed: int = 0,
        window: int | None = None,
        block: int | None = None,
        start: int = 0,
        again: Collection[str] = (),
        events: SweepEvents = NO_EVENTS,
    ) -> None:
        self._ports = tuple(dict.fromkeys(port for port in ports if port not in NEVER_PORTS))
        self._seed = seed
        self._window = window
        self._size = block
        self._start = start
        self._again = frozenset(again)
        self._events = events
        self._open: deque[Block] = deque()
        self._resumed: set[Block] = set()

    async def run(self, ctx: DiscoveryContext, emit: Callable[[Sighting], None]) -> Method:
        """Sweep; raises LocalFaultError when this machine cannot open connections."""
        sweep = self._sweep(ctx, emit)
        try:
            async with asyncio.TaskGroup() as tasks:
                size = self._size or _block_size(ctx)
                for first, addresses in blocks(self._cut_off_before(ctx), size=size):
                    await self._begin(sweep, first, addresses, tasks, resumed=True)
                for first, addresses in blocks(ctx.scope.addresses(), start=self._start, size=size):
                    await self._begin(sweep, first, addresses, tasks)
        except ExceptionGroup as group:
            raise first_fault(group) from None
        finally:
            ctx.dialer.drop_touches()
            for block in self._open:
                block.finish()
            self._open.clear()
        return Method(
            name=self.name,
            status=MethodStatus.PARTIAL if sweep.stopped else MethodStatus.DONE,
            sent=sweep.sent,
            answered=len(sweep.answered),
            reason=f"cut off: {', '.join(sorted(sweep.stopped))}" if sweep.stopped else "",
        )

    async def _begin(
        self,
        sweep: Sweep,
        first: int,
        addresses: Sequence[str],
        tasks: asyncio.TaskGroup,
        *,
        resumed: bool = False,
    ) -> None:
        order = list(addresses)
        random.Random(f"{self._seed}:{first}").shuffle(order)
        block = Block(sweep, first, order, self._close)
        self._open.append(block)
        if resumed:
            self._resumed.add(block)
        await block.send(tasks)

    def _cut_off_before(self, ctx: DiscoveryContext) -> Iterator[str]:
        """Addresses before `start` whose subnet was cut off in an earlier run."""
        if self._again:
            for address in islice(ctx.scope.addresses(), self._start):
                if group_of(address) in self._again:
                    yield address

    def _close(self) -> None:
        """Finish and report the blocks that are complete, oldest first."""
        while self._open and self._open[0].complete:
            block = self._open.popleft()
            block.finish()
            if block not in self._resumed:
                self._events.on_block(block.first, block.last)

    def _sweep(self, ctx: DiscoveryContext, emit: Callable[[Sighting], None]) -> Sweep:
        return connect_sweep(
            self.name, ctx, emit, self._ports, window=self._window, events=self._events
        )


def connect_sweep(
    name: str,
    ctx: DiscoveryContext,
    emit: Callable[[Sighting], None],
    ports: tuple[int, ...],
    *,
    window: int | None = None,
    events: SweepEvents,
) -> Sweep:
    """What the blocks of one connect sweep share."""
    profile = ctx.profile
    # Enough attempts to hold the rate while every one of them waits for silence.
    usual = min(ctx.dialer.window, int(profile.on_link_pps * _WAIT_SECONDS) + 64)
    return Sweep(
        name=name,
        ctx=ctx,
        emit=emit,
        ports=ports,
        slots=asyncio.Semaphore(window or max(1, usual)),
        paces={
            True: Pace(SHARE * profile.on_link_pps),
            False: Pace(SHARE * profile.routed_syn_pps),
        },
        events=events,
    )


def _block_size(ctx: DiscoveryContext) -> int:
    """A silent host is busy with one port for a second, so a fast sweep needs more hosts."""
    return max(BLOCK, int(ctx.profile.on_link_pps * _WAIT_SECONDS * 1.2))
