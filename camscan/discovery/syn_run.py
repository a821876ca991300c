"""One raw sweep under way: its lanes, its rounds, and where each answer belongs."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.discovery.loss import Loss
from camscan.discovery.neighbour_sweep import NeighbourSweep
from camscan.discovery.round_contacts import RoundContacts
from camscan.discovery.subnet_group import group_of
from camscan.discovery.subnet_watch import ANSWERS, SubnetWatch
from camscan.discovery.sweep_events import SweepEvents
from camscan.discovery.syn_again import SAMPLE_KNOWN, Finished, Reservoir, octets_of
from camscan.discovery.syn_pace import SynPace
from camscan.discovery.syn_part import Part, Rows
from camscan.model.status import Status
from camscan.net.address import parse
from camscan.net.answer_reader import AnswerReader, Neighbour
from camscan.net.lane import Lanes
from camscan.net.next_hop import next_hop_mac
from camscan.net.source_ports import ATTEMPTS, SourcePorts
from camscan.net.span_guard import SpanGuard
from camscan.net.syn_answer import Answer
from camscan.net.syn_cookie import Cookies
from camscan.net.syn_process import open_wire
from camscan.net.syn_round import Octets, Round, Targets
from camscan.net.syn_wire import Wire
from camscan.net.target_list import TargetList

GRACE = 1.0
"""Seconds after the last SYN of a round until its silence counts."""

SAMPLE_ATTEMPT = ATTEMPTS - 1
_LEAST_GRACE = 0.25
_QUEUED_SECONDS = 0.5
_QUEUED_LEAST = 1024
_MOST_UNDER_WAY = 64  # a round holds a descriptor while another process sends it


class SynRun:
    """Sends rounds and receives answers. Open it in a running loop; close it in any case."""

    def __init__(
        self,
        name: str,
        ctx: DiscoveryContext,
        emit: Callable[[Sighting], None],
        ports: Sequence[int],
        *,
        sweeps: dict[int, NeighbourSweep],
        seed: int,
        events: SweepEvents,
        lanes: Lanes,
    ) -> None:
        self.ctx = ctx
        self.ports = tuple(ports)
        self.targets = TargetList(ctx.scope)
        self.lanes = lanes
        self.pace = SynPace(ctx.profile, ctx.dialer.paces)
        self.loss = Loss()
        self.sent = self.ended = 0
        self.answered: set[str] = set()
        self.stopped: set[str] = set()
        self.crowds: set[str] = set()
        self.finished: list[Finished] = []
        self.known = Reservoir(SAMPLE_KNOWN, random.Random(f"{seed}:known"))
        self.sampled: set[tuple[int, int]] = set()
        self._name = name
        self._emit = emit
        self._numbers = {port: number for number, port in enumerate(self.ports)}
        self._sweeps = sweeps
        self._events = events
        self._contacts = RoundContacts(ctx, self.targets)
        self._parts: list[Part] = []
        self._talking: set[str] = set()
        self._loose: list[tuple[Rows, Targets]] = []
        self._gateways: dict[int, bytes] = {}
        self._queued = self._under_way = 0
        self._drained = asyncio.Event()
        self._news = asyncio.Event()
        self._slowest = 0.0
        self._source_ports: SourcePorts | None = None
        self._reader: AnswerReader | None = None
        self._wire: Wire | None = None

    async def open(self) -> None:
        """Listen, be ready to send, and resolve the next hops; raises LocalFaultError."""
        self._source_ports = SourcePorts()
        cookies, ports = Cookies(), self._source_ports.ports
        self._reader = AnswerReader(
            self.lanes.lanes,
            cookies,
            ports,
            on_answers=self._heard,
            on_neighbours=self._neighbours,
        )
        resolving = asyncio.ensure_future(self._resolve())
        try:
            self._wire = await open_wire(
                self.lanes.lanes,
                SpanGuard(self.ctx.scope),
                cookies,
                ports,
                rates=self.pace.rates,
                host_gap=self.ctx.profile.host_gap,
            )
        finally:
            await resolving
        self.ctx.dialer.share(self)

    async def _resolve(self) -> None:
        for number, lane in enumerate(self.lanes.lanes):
            if lane.gateway is not None:
                mac = await asyncio.to_thread(next_hop_mac, lane)
                if mac is None:
                    self.lanes.close(number, f"the router {lane.gateway} does not answer")
                else:
                    self._gateways[number] = mac

    def close(self) -> None:
        """Nothing leaves after this."""
        self.ctx.dialer.share(None)
        for one in (self._wire, self._reader, self._source_ports):
            if one is not None:
                one.close()
        self._contacts.close()

    @property
    def dropped(self) -> int:
        """Answers that this machine had no room for."""
        return self._reader.dropped if self._reader is not None else 0

    @property
    def grace(self) -> float:
        """How long a host that has answered before is waited for."""
        return min(GRACE, max(_LEAST_GRACE, 3 * self._slowest + 0.05))

    @property
    def all_answered(self) -> bool:
        """No port of a finished part is silent: nothing can come late either."""
        return not any(len(one.silent(n)) for one in self.finished for n in range(one.ports))

    def part(self, indices: Rows, lane: int, order: Rows) -> Part:
        """Addresses of one lane, known from now on to those who ask whose an answer is."""
        gateway = self._gateways.get(lane)
        arrays = self._new(lane, indices)
        if gateway is not None:
            arrays.macs[:] = np.frombuffer(gateway, dtype=np.uint8)
        part = Part(
            self._name,
            self.ctx,
            self.targets,
            indices,
            arrays,
            order,
            self.ports,
            on_link=gateway is None,
            release=self._emit,
        )
        self._parts.append(part)
        for address in self._talking:
            found = self._row_of(address)
            if found is not None and found[0] is part:
                arrays.busy[found[1]] = True
        return part

    def _new(self, lane: int, indices: Rows) -> Targets:
        assert self._wire is not None
        return self._wire.targets(lane, octets_of(self.targets, indices), len(self.ports))

    @contextlib.contextmanager
    def shared(self, lane: int, indices: Rows, macs: Octets) -> Iterator[Targets]:
        """Targets of ascending `indices` that are of no part: meanwhile those that somebody talks
        to are busy in them too."""
        targets = self._new(lane, indices)
        targets.macs[:] = macs
        self._loose.append((indices, targets))
        try:
            for address in self._talking:
                self._loosely(address, busy=True)
            yield targets
        finally:
            self._loose = [one for one in self._loose if one[1] is not targets]
            self._forget(targets)

    def give_up(self, part: Part, rows: Rows) -> None:
        """These have no MAC: they count as asked, and no packet goes to them."""
        part.arrays.wanted[rows] = False
        self.ended += len(rows) * len(self.ports)
        self._events.on_progress(self.ended)

    def forget(self, part: Part) -> None:
        """The part is over."""
        self._parts.remove(part)
        self._forget(part.arrays)

    def _forget(self, targets: Targets) -> None:
        if self._wire is not None:
            self._wire.forget(targets)

    async def send(
        self, one: Round, part: Part | None = None, *, indices: Rows | None = None
    ) -> Round:
        """Queue a round when there is room; return when its last packet has left.

        `indices`: where there is no part, the numbers of the target list of the round's targets.
        """
        assert self._wire is not None
        await self._room(len(one.rows))
        self._queued += len(one.rows)
        self._under_way += 1
        numbers = indices if part is None else part.indices
        assert numbers is not None
        self._contacts.begin(one, numbers)
        try:
            await self._wire.send(one)
        finally:
            self._queued -= len(one.rows)
            self._under_way -= 1
            self._drained.set()
        if one.stray:
            raise RuntimeError(f"{one.stray} packets were stopped: they were outside the scope")
        if one.port:
            self.sent += one.sent
            if one.targets.lane in self._gateways:
                self.pace.note(sent=one.sent)
        self._contacts.end(one)
        if part is not None and len(busy := one.busy):
            await asyncio.gather(*(self._touch(part, int(row), one.number) for row in busy))
        return one

    async def first_pass(self, part: Part, rows: Rows, tasks: asyncio.TaskGroup) -> None:
        """Every port of `rows`; returns when the last is queued. `part.rounds` end on their own."""
        for number in range(len(self.ports)):
            wanted = rows[~part.known[number, rows] & part.arrays.wanted[rows]]
            if not len(wanted):
                continue
            part.expect(number, wanted)
            one = self._syns(part, wanted, number, 0)
            await self.room(len(wanted))
            part.rounds.append(tasks.create_task(self._end_round(part, one)))

    async def room(self, packets: int) -> None:
        """Wait until so many more packets may be queued, and let others have their turn."""
        await asyncio.sleep(0)
        await self._room(packets)

    async def _room(self, packets: int) -> None:
        limit = max(_QUEUED_LEAST, self.pace.per_second * _QUEUED_SECONDS)
        while self._queued and (
            self._queued + packets > limit or self._under_way >= _MOST_UNDER_WAY
        ):
            self._drained.clear()
            await self._drained.wait()

    async def again(self, part: Part, rows: Rows, attempt: int, grace: float) -> None:
        """Ask every port where `rows` were silent once more, and wait for the answers."""
        rounds = []
        for number in range(len(self.ports)):
            left = part.unanswered(number, rows)
            if len(left):
                rounds.append(self.send(self._syns(part, left, number, attempt), part))
        if rounds:
            await asyncio.gather(*rounds)
            await asyncio.sleep(grace)

    async def answers(self, complete: Callable[[], bool]) -> None:
        """Wait until nothing more can come: every answer is there, or GRACE is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                while not complete():
                    self._news.clear()
                    await self._news.wait()

    async def _end_round(self, part: Part, one: Round) -> None:
        await self.send(one, part)
        if part.on_link:
            await self.answers(lambda: part.complete(one.number, one.rows))
        else:  # behind a router most addresses are nobody's
            await asyncio.sleep(GRACE)
        for watch in part.end_round(one.number, one.rows):
            await self._knock_again(part, watch)
        self.ended += len(one.rows)
        self._events.on_progress(self.ended)

    async def _knock_again(self, part: Part, watch: SubnetWatch) -> None:
        """Where hosts fell silent together: ask up to three at a port that answered before."""
        if watch.stopped:
            return
        for address, port in watch.witnesses():
            self.sent += 1
            if await self.ctx.dialer.touch(address, port) in ANSWERS:
                return
        if watch.stopped:
            return
        self.ctx.on_skip(part.stop(watch))
        self.stopped.add(watch.cidr)
        self.pace.slow(f"the hosts of {watch.cidr} fell silent together")
        self._events.on_cut_off(watch.cidr)

    async def _touch(self, part: Part, row: int, number: int) -> None:
        """A host that somebody talks to: its turn comes at the dialer's gate."""
        self.sent += 1
        status = await self.ctx.dialer.touch(part.text(row), self.ports[number])
        if status in (*ANSWERS, Status.UNREACHABLE) and part.answer(row, number, status):
            self.answered.add(part.text(row))

    def _syns(self, part: Part, rows: Rows, number: int, attempt: int) -> Round:
        port = self.ports[number]
        return Round(targets=part.arrays, rows=rows, port=port, number=number, attempt=attempt)

    def _heard(self, answers: list[Answer]) -> None:
        self._news.set()
        for answer in answers:
            number = self._numbers.get(answer.port)
            index = self.targets.index(answer.address, answer.index)
            if number is None or index is None:
                continue
            if answer.attempt == SAMPLE_ATTEMPT and answer.status in ANSWERS:
                self.sampled.add((index, number))
            found = self._find(index)
            if found is None:
                self._after(index, number, answer)
                continue
            part, row = found
            if not part.on_link:
                self.pace.note(prohibited=answer.prohibited, reset=answer.status is Status.REFUSED)
            if part.answer(row, number, answer.status):
                self.answered.add(part.text(row))
                self.known.offer(index, number)
                took = answer.at - float(part.arrays.sent_at[number, row])
                self._slowest = max(self._slowest, took)

    def _after(self, index: int, number: int, answer: Answer) -> None:
        """An answer to a block that is finished: late, or to a sample."""
        address = self.targets.text(index)
        if answer.status not in ANSWERS or {group_of(address)} & (self.crowds | self.stopped):
            return
        for one in self.finished:
            row = one.row(index)
            if row is not None and one.is_silent(number, row):
                one.answered(number, row)
                self.loss.late += 1
                self.answered.add(address)
                self._emit(
                    Sighting(
                        address=address,
                        port=answer.port,
                        transport="tcp",
                        status=answer.status,
                        method=self._name,
                        at=self.ctx.now(),
                    )
                )

    def _neighbours(self, said: list[Neighbour]) -> None:
        for one in said:
            parsed = parse(one.address)
            if parsed is None:
                continue
            index = self.targets.index(parsed.packed, one.index)
            found = None if index is None else self._find(index)
            if found is not None and found[0].on_link:
                self._sweeps[parsed.version].heard(self.ctx, one, *found, self._emit)

    def _find(self, index: int) -> tuple[Part, int] | None:
        for part in self._parts:
            row = part.row(index)
            if row is not None:
                return part, row
        return None

    # The gate's side: who is being talked to gets no SYN (net/host_gate.py).

    def claim(self, address: str) -> float:
        """Somebody connects to `address`: no SYN from now on; when the next may go to it."""
        self._talking.add(address)
        loose = self._loosely(address, busy=True)
        found = self._row_of(address)
        if found is None or self._wire is None:
            return loose
        part, row = found
        with self._wire.lock:
            part.arrays.busy[row] = True
            return max(loose, float(part.arrays.due[row]))

    def release(self, address: str) -> None:
        """The connection is over."""
        self._talking.discard(address)
        self._loosely(address, busy=False)
        found = self._row_of(address)
        if found is not None and self._wire is not None:
            part, row = found
            with self._wire.lock:
                part.arrays.busy[row] = False
                after = time.monotonic() + self.ctx.profile.host_gap
                part.arrays.due[row] = max(part.arrays.due[row], after)

    def _loosely(self, address: str, *, busy: bool) -> float:
        """The same for targets of no part; when the next SYN may go to the address."""
        index, due = self.targets.number(address) if self._loose else None, 0.0
        if index is None or self._wire is None:
            return due
        for indices, targets in self._loose:
            at = int(np.searchsorted(indices, index))
            if at < len(indices) and indices[at] == index:
                with self._wire.lock:
                    targets.busy[at] = busy
                    if not busy:
                        after = time.monotonic() + self.ctx.profile.host_gap
                        targets.due[at] = max(targets.due[at], after)
                    due = max(due, float(targets.due[at]))
        return due

    def _row_of(self, address: str) -> tuple[Part, int] | None:
        index = self.targets.number(address)
        return None if index is None else self._find(index)


def lanes_of(lanes: Lanes, indices: Rows) -> Iterator[tuple[int, Rows]]:
    """(lane, positions in `indices`) of each lane among them, NO_LANE included."""
    numbers = lanes.of(indices)
    for number in np.unique(numbers):
        yield int(number), np.flatnonzero(numbers == number)
