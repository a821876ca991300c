"""One block of a connect sweep: its rounds, its answers, and when each address is done."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.discovery.subnet_group import group_of
from camscan.discovery.subnet_watch import ANSWERS, SubnetWatch
from camscan.discovery.sweep_events import SweepEvents
from camscan.errors import LocalFaultError
from camscan.model.status import Status
from camscan.net.address import parse
from camscan.net.pace import Pace

_TURN = 0.005
"""Seconds after which a round lets everything else on this machine have its turn: a connect must
be closed in time, and an answer read, also while the rate is more than the machine can do."""


@dataclass(slots=True, kw_only=True)
class Sweep:
    """What the blocks of one sweep share. `paces` is keyed by on-link; counters grow."""

    name: str
    ctx: DiscoveryContext
    emit: Callable[[Sighting], None]
    ports: tuple[int, ...]
    slots: asyncio.Semaphore
    paces: dict[bool, Pace]
    events: SweepEvents
    sent: int = 0
    ended: int = 0
    answered: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)


class Block:
    """Addresses that are swept together, in `order`. `first` and `last` are their indices."""

    def __init__(
        self,
        sweep: Sweep,
        first: int,
        order: Sequence[str],
        on_complete: Callable[[], None],
    ) -> None:
        self.first = first
        self.last = first + len(order) - 1
        self._sweep = sweep
        self._order = order
        self._on_complete = on_complete
        self._over = asyncio.get_running_loop().create_future()
        self._left = False
        self._on_link = {a: sweep.ctx.dialer.is_on_link(a) for a in order}
        self._outstanding: Counter[str] = Counter()
        self._under_way = 0
        self._last_round: set[str] = set()
        self._sent = False
        self._told: set[str] = set()
        members: dict[str | None, list[str]] = {}
        for address in order:
            members.setdefault(group_of(address), []).append(address)
        self._watches: list[SubnetWatch] = []
        self._watch: dict[str, SubnetWatch | None] = {}
        for cidr, addresses in members.items():
            watch = None
            if cidr is not None:
                hold = not self._on_link[addresses[0]]
                watch = SubnetWatch(cidr, len(addresses), hold=hold, release=self._release)
                self._watches.append(watch)
            self._watch.update(dict.fromkeys(addresses, watch))

    @property
    def complete(self) -> bool:
        """True when every address was asked for every port and all answers are in."""
        return self._sent and not self._under_way

    async def send(self, tasks: asyncio.TaskGroup) -> None:
        """Start every attempt, port by port, paced; returns when the last is under way."""
        tasks.create_task(self._wait())
        final = self._sweep.ports[-1] if self._sweep.ports else None
        for port in self._sweep.ports:
            await self._round(port, tasks, final=port == final)
        self._last_round.update(self._order)
        self._sent = True
        for address in self._order:
            self._tell(address)
        self._check_complete()

    def finish(self) -> None:
        """Release what is held; nothing of this block comes after."""
        for watch in self._watches:
            skip = watch.finish()
            if skip is not None:
                self._sweep.ctx.on_skip(skip)
                self._sweep.answered -= watch.crowd
        for address in self._order:
            self._tell(address)

    async def _round(self, port: int, tasks: asyncio.TaskGroup, *, final: bool) -> None:
        sweep = self._sweep
        wanted = [address for address in self._order if not sweep.events.done(address, port)]
        for address in wanted:
            watch = self._watch[address]
            if watch is not None:
                watch.expect(port)
        turn = time.monotonic() + _TURN
        for address in wanted:
            on_link, watch = self._on_link[address], self._watch[address]
            if time.monotonic() > turn:
                await asyncio.sleep(0)
                turn = time.monotonic() + _TURN
            await sweep.paces[on_link].wait()
            await sweep.slots.acquire()
            if final:
                self._last_round.add(address)
            if watch is not None and watch.stopped:
                sweep.slots.release()
                watch.abandon(port)
                self._tell(address)
                continue
            self._outstanding[address] += 1
            self._under_way += 1
            sweep.sent += 1
            ended = partial(self._ended, tasks, address, port)
            if not sweep.ctx.dialer.touch_now(address, port, ended, on_link=on_link):
                tasks.create_task(self._touch(tasks, address, port))
                await asyncio.sleep(0)  # it stands in line before whoever comes after it

    async def _touch(self, tasks: asyncio.TaskGroup, address: str, port: int) -> None:
        """An attempt that has to wait for its device or for the rate."""
        try:
            status = await self._sweep.ctx.dialer.touch(address, port)
        except BaseException:
            self._sweep.slots.release()
            raise
        self._ended(tasks, address, port, status)

    def _ended(
        self, tasks: asyncio.TaskGroup, address: str, port: int, said: Status | LocalFaultError
    ) -> None:
        """The answer of one attempt is in."""
        self._sweep.slots.release()
        if self._left:
            return
        if isinstance(said, LocalFaultError):
            self._fail(said)
            return
        try:
            self._answered(tasks, address, port, said)
        except Exception as error:  # noqa: BLE001 - raised where the block is waited for
            self._fail(error)

    def _answered(self, tasks: asyncio.TaskGroup, address: str, port: int, status: Status) -> None:
        self._note(address, port, status)
        watch = self._watch[address]
        if watch is not None and watch.complete(port) and watch.note_round(port):
            tasks.create_task(self._knock_again(watch, address))
        else:
            self._end(address)

    def _fail(self, error: Exception) -> None:
        if not self._over.done():
            self._over.set_exception(error)

    def _end(self, address: str) -> None:
        sweep = self._sweep
        self._outstanding[address] -= 1
        self._under_way -= 1
        self._tell(address)
        sweep.ended += 1
        sweep.events.on_progress(sweep.ended)
        self._check_complete()

    def _check_complete(self) -> None:
        if self.complete:
            self._on_complete()
            if not self._over.done():
                self._over.set_result(None)

    async def _wait(self) -> None:
        """Keeps the sweep's group of tasks open until this block is complete or given up."""
        try:
            await self._over
        finally:
            self._left = True

    def _note(self, address: str, port: int, status: Status) -> None:
        sweep = self._sweep
        sighting = None
        # On loopback a refusal is this kernel's own word, no host's.
        if status is Status.OK or (status is Status.REFUSED and not _loopback(address)):
            sweep.answered.add(address)
            sighting = Sighting(
                address=address,
                port=port,
                transport="tcp",
                status=status,
                method=sweep.name,
                at=sweep.ctx.now(),
            )
        watch = self._watch[address]
        if watch is not None:
            watch.record(address, port, status, sighting)
        elif sighting is not None:
            sweep.emit(sighting)

    async def _knock_again(self, watch: SubnetWatch, last: str) -> None:
        """Where hosts fell silent together: ask up to three at a port that answered before."""
        await self._knock(watch)
        self._end(last)

    async def _knock(self, watch: SubnetWatch) -> None:
        sweep = self._sweep
        if watch.stopped:
            return
        for address, port in watch.witnesses():
            sweep.sent += 1
            if await sweep.ctx.dialer.touch(address, port) in ANSWERS:
                return
        sweep.ctx.on_skip(watch.stop())
        sweep.stopped.add(watch.cidr)
        sweep.events.on_cut_off(watch.cidr)

    def _release(self, sighting: Sighting) -> None:
        self._sweep.emit(sighting)
        self._tell(sighting.address)

    def _tell(self, address: str) -> None:
        """Say once that an address is done: all asked, all answers in, nothing held."""
        if address in self._told or address not in self._last_round or self._outstanding[address]:
            return
        watch = self._watch[address]
        if watch is None or not watch.holds(address):
            self._told.add(address)
            self._sweep.events.on_address(address)


def _loopback(address: str) -> bool:
    parsed = parse(address)
    return parsed is not None and parsed.is_loopback
