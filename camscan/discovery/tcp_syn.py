"""The raw SYN sweep: for who may send frames of his own; the same contract as TcpConnect.

Port by port within blocks, in an order shuffled by a seed, as the connect sweep goes. A host that
answered anywhere is asked again where it was silent; what answers only then was lost the first
time, and tells how much of the rest was. Where loss shows, every silent pair is asked again.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial

import numpy as np
from msgspec.structs import replace

from camscan.discovery.arp import ArpSweep
from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.discovery.loss import Loss
from camscan.discovery.ndp import NdpSweep
from camscan.discovery.subnet_group import BLOCK, group_of
from camscan.discovery.sweep_events import SweepEvents
from camscan.discovery.syn_again import AGAIN_ALIVE, SAMPLE_SILENT, Finished, sample_silent
from camscan.discovery.syn_part import Part, Rows
from camscan.discovery.syn_repair import ask_sample, repair
from camscan.discovery.syn_run import GRACE, SynRun, lanes_of
from camscan.discovery.tcp_block import Block, Sweep
from camscan.discovery.tcp_connect import NO_EVENTS, connect_sweep
from camscan.errors import first_fault
from camscan.model.coverage import Method, MethodStatus
from camscan.net.lane import NO_LANE, Lanes
from camscan.protocols.never import NEVER_PORTS

_BLOCK_SECONDS = 0.1
_SAMPLE_SECONDS, _SAMPLE_LEAST = 4.0, 40


class _SynBlock:
    """Addresses that are swept together. `first` and `last` are their indices."""

    def __init__(self, first: int, last: int, *, resumed: bool) -> None:
        self.first = first
        self.last = last
        self.resumed = resumed
        self.parts: list[Part] = []
        self.left = 0
        self.begun = False
        self.rest: Block | None = None

    @property
    def complete(self) -> bool:
        return self.begun and not self.left and (self.rest is None or self.rest.complete)


class TcpSyn:
    """Sweeps every address of the scope over `ports`; `start` and `again` are those of
    TcpConnect, `lanes` those of choose_sweep. Addresses that no frame of our own reaches (a
    tunnel, loopback, this machine) are swept by connections; `reason` of the Method says so.
    """

    name = "tcp-syn"

    def __init__(
        self,
        ports: Sequence[int],
        *,
        seed: int = 0,
        block: int | None = None,
        start: int = 0,
        again: Collection[str] = (),
        events: SweepEvents = NO_EVENTS,
        lanes: Lanes | None = None,
    ) -> None:
        self._ports = tuple(dict.fromkeys(port for port in ports if port not in NEVER_PORTS))
        self._seed = seed
        self._size = block
        self._start = start
        self._again = frozenset(again)
        self._events = events
        self._lanes = lanes
        self._open: deque[_SynBlock] = deque()
        self._by_connection = 0

    async def run(self, ctx: DiscoveryContext, emit: Callable[[Sighting], None]) -> Method:
        """Sweep; raises LocalFaultError when this machine cannot send frames."""
        arp, ndp = ArpSweep(), NdpSweep()
        run = SynRun(
            self.name,
            ctx,
            emit,
            self._ports,
            sweeps={4: arp, 6: ndp},
            seed=self._seed,
            events=self._events,
            lanes=self._lanes or Lanes(ctx.scope, ctx.interfaces),
        )
        rest = connect_sweep(
            "tcp-connect",
            ctx,
            emit,
            self._ports,
            events=replace(self._events, on_progress=NO_EVENTS.on_progress),
        )
        self._sweeps = {4: arp, 6: ndp}
        try:
            await run.open()
            async with asyncio.TaskGroup() as tasks:
                for first, indices in self._blocks(run):
                    resumed = first < self._start
                    await self._begin(run, rest, first, indices, tasks, resumed=resumed)
            await self._check(run)
        except ExceptionGroup as group:
            raise first_fault(group) from None
        finally:
            ctx.dialer.drop_touches()
            run.close()
            for block in self._open:
                self._finish(run, block)
            self._open.clear()
        for sweep in (arp, ndp):
            if sweep.sent:
                self._events.on_method(sweep.method())
        return self._method(run, rest)

    async def _begin(
        self,
        run: SynRun,
        rest: Sweep,
        first: int,
        indices: Rows,
        tasks: asyncio.TaskGroup,
        *,
        resumed: bool,
    ) -> None:
        block = _SynBlock(first, int(indices[-1]), resumed=resumed)
        self._open.append(block)
        for lane, rows in lanes_of(run.lanes, indices):
            if lane == NO_LANE:
                await self._connect(run, rest, block, indices[rows], tasks)
                continue
            part = run.part(indices[rows], lane, self._shuffled(first, len(rows)))
            block.parts.append(part)
            block.left += 1
            part.mark_known(self._events)
            if part.on_link:
                sweep = self._sweeps[4 if part.arrays.octets.shape[1] == 4 else 6]
                async for found in sweep.passes(part, run.send, settle=partial(run.give_up, part)):
                    await run.first_pass(part, found, tasks)
            else:
                await run.first_pass(part, part.order, tasks)
            tasks.create_task(self._settle(run, block, part))
        block.begun = True
        self._close(run)

    async def _connect(
        self,
        run: SynRun,
        rest: Sweep,
        block: _SynBlock,
        indices: Rows,
        tasks: asyncio.TaskGroup,
    ) -> None:
        """Addresses without a lane: by connections."""
        self._by_connection += len(indices)
        order = [run.targets.text(int(index)) for index in indices]
        random.Random(f"{self._seed}:{block.first}").shuffle(order)
        block.rest = Block(rest, block.first, order, lambda: self._close(run))
        await block.rest.send(tasks)

    async def _settle(self, run: SynRun, block: _SynBlock, part: Part) -> None:
        """Ask again where a live host was silent, and everybody where loss shows."""
        if part.rounds:
            await asyncio.gather(*part.rounds)
        for attempt in AGAIN_ALIVE:
            await run.again(part, part.alive(), attempt, run.grace)
        run.loss.first += part.first
        run.loss.late += part.late
        counted = part.late
        for address in part.tell_alive():
            self._events.on_address(address)
        own = Loss(first=part.first, late=part.late)
        if own.shows:
            run.pace.lost(own.share, own.describe())
        passes = 0
        while passes < run.loss.passes():
            await run.again(part, part.order, 3 + passes, GRACE)
            await run.again(part, part.alive(), 6, run.grace)
            passes += 1
        run.loss.late += part.late - counted
        part.passes = passes
        block.left -= 1
        self._close(run)

    async def _check(self, run: SynRun) -> None:
        """A sample is asked again at half rate; what it shows is repaired and reported."""
        chance = random.Random(f"{self._seed}:sample")
        run.pace.half()
        room = max(_SAMPLE_LEAST, int(run.pace.per_second * _SAMPLE_SECONDS))
        silent = sample_silent(run.finished, min(SAMPLE_SILENT, room * 3 // 4), chance)
        known = run.known.pairs[: room // 4]
        late = run.loss.late
        asked = await ask_sample(run, known, silent)
        known = [pair for pair in known if pair in asked]
        silent = [pair for pair in silent if pair in asked]
        run.loss.known = len(known)
        run.loss.lost = sum(pair not in run.sampled for pair in known)
        run.loss.silent = len(silent)
        run.loss.found = sum(pair in run.sampled for pair in silent)
        run.loss.late = late
        needed = max(run.loss.passes(), 1 if run.loss.sample_shows else 0)
        if needed:
            await repair(run, needed)

    def _finish(self, run: SynRun, block: _SynBlock) -> None:
        """Release what is held and say of every address that it is done."""
        for part in block.parts:
            excluded = np.zeros(len(part.indices), dtype=np.bool_)
            for watch, skip in part.finish():
                run.ctx.on_skip(skip)
                run.answered -= watch.crowd
                run.crowds.add(watch.cidr)
                excluded |= part.rows_of(watch)
            for address in part.tell_all(self._events.awaited):
                self._events.on_address(address)
            run.finished.append(Finished(part, part.passes, excluded))
            run.forget(part)
        if block.rest is not None:
            block.rest.finish()

    def _close(self, run: SynRun) -> None:
        """Finish and report the blocks that are complete, oldest first."""
        while self._open and self._open[0].complete:
            block = self._open.popleft()
            self._finish(run, block)
            if not block.resumed:
                self._events.on_block(block.first, block.last)

    def _blocks(self, run: SynRun) -> Iterator[tuple[int, Rows]]:
        """(index of the first address, indices): subnets cut off earlier first, then the rest."""
        if self._again:
            before = [i for i in range(self._start) if group_of(run.targets.text(i)) in self._again]
            for at in range(0, len(before), BLOCK):
                indices = np.asarray(before[at : at + BLOCK], dtype=np.int64)
                yield int(indices[0]), indices
        size = self._size or max(BLOCK, int(run.pace.per_second * _BLOCK_SECONDS))
        first, total = self._start, len(run.targets)
        while first < total:
            end = run.targets.block_end(first, size)
            yield first, np.arange(first, end, dtype=np.int64)
            first = end

    def _shuffled(self, first: int, size: int) -> Rows:
        chance = np.random.default_rng([self._seed & 0xFFFFFFFF, first])
        return chance.permutation(size).astype(np.int64)

    def _method(self, run: SynRun, rest: Sweep) -> Method:
        stopped = sorted(run.stopped | rest.stopped)
        reasons = [f"cut off: {', '.join(stopped)}"] if stopped else []
        reasons += run.pace.reasons
        reasons.append(run.loss.describe())
        if run.dropped:
            reasons.append(f"{run.dropped} answers found no room on this machine")
        if self._by_connection:
            why = "; ".join(f"{n} x {text}" for text, n in run.lanes.refusals.items())
            reasons.append(f"{self._by_connection} addresses by connections ({why})")
        return Method(
            name=self.name,
            status=MethodStatus.PARTIAL if stopped else MethodStatus.DONE,
            sent=run.sent + rest.sent,
            answered=len(run.answered | rest.answered),
            reason="; ".join(reasons),
        )
