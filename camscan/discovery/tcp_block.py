"""One block of a connect sweep: its rounds, its answers, and when each address is done."""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.discovery.subnet_group import group_of
from camscan.discovery.subnet_watch import ANSWERS, SubnetWatch
from camscan.model.status import Status
from camscan.net.pace import Pace


@dataclass(slots=True, kw_only=True)
class Sweep:
    """What the blocks of one sweep share. `paces` is keyed by on-link; counters grow."""

    name: str
    ctx: DiscoveryContext
    emit: Callable[[Sighting], None]
    ports: tuple[int, ...]
    slots: asyncio.Semaphore
    paces: dict[bool, Pace]
    done: Callable[[str, int], bool]
    on_address: Callable[[str], None]
    on_progress: Callable[[int], None]
    on_cut_off: Callable[[str], None]
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
        self._on_link = {a: sweep.ctx.dialer.is_on_link(a) for a in order}
        self._outstanding: Counter[str] = Counter()
        self._under_way = 0
        self._last_round: set[str] = set()
        self._sent = False
        self._told: set[str] = set()
        members: dict[str, list[str]] = {}
        for address in order:
            group = group_of(address)
            if group is not None:
                members.setdefault(group, []).append(address)
        self._watches = {
            cidr: SubnetWatch(
                cidr,
                len(addresses),
                hold=not self._on_link[addresses[0]],
                release=self._release,
            )
            for cidr, addresses in members.items()
        }

    @property
    def complete(self) -> bool:
        """True when every address was asked for every port and all answers are in."""
        return self._sent and not self._under_way

    async def send(self, tasks: asyncio.TaskGroup) -> None:
        """Start every attempt, port by port, paced; returns when the last has its task."""
        final = self._sweep.ports[-1] if self._sweep.ports else None
        for port in self._sweep.ports:
            await self._round(port, tasks, final=port == final)
        self._last_round.update(self._order)
        self._sent = True
        for address in self._order:
            self._tell(address)
        if self.complete:
            self._on_complete()

    def finish(self) -> None:
        """Release what is held; nothing of this block comes after."""
        for watch in self._watches.values():
            skip = watch.finish()
            if skip is not None:
                self._sweep.ctx.on_skip(skip)
                self._sweep.answered -= watch.crowd
        for address in self._order:
            self._tell(address)

    async def _round(self, port: int, tasks: asyncio.TaskGroup, *, final: bool) -> None:
        sweep = self._sweep
        wanted = [address for address in self._order if not sweep.done(address, port)]
        for address in wanted:
            watch = self._watch(address)
            if watch is not None:
                watch.expect(port)
        for address in wanted:
            watch = self._watch(address)
            await sweep.paces[self._on_link[address]].wait()
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
            tasks.create_task(self._touch(address, port))

    async def _touch(self, address: str, port: int) -> None:
        sweep = self._sweep
        try:
            sweep.sent += 1
            status = await sweep.ctx.dialer.touch(address, port)
        finally:
            sweep.slots.release()
        self._note(address, port, status)
        watch = self._watch(address)
        if watch is not None and watch.complete(port) and watch.note_round(port):
            await self._knock_again(watch)
        self._outstanding[address] -= 1
        self._under_way -= 1
        self._tell(address)
        sweep.ended += 1
        sweep.on_progress(sweep.ended)
        if self.complete:
            self._on_complete()

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
        watch = self._watch(address)
        if watch is not None:
            watch.record(address, port, status, sighting)
        elif sighting is not None:
            sweep.emit(sighting)

    async def _knock_again(self, watch: SubnetWatch) -> None:
        """Where hosts fell silent together: ask up to three at a port that answered before."""
        sweep = self._sweep
        if watch.stopped:
            return
        for address, port in watch.witnesses():
            sweep.sent += 1
            if await sweep.ctx.dialer.touch(address, port) in ANSWERS:
                return
        sweep.ctx.on_skip(watch.stop())
        sweep.stopped.add(watch.cidr)
        sweep.on_cut_off(watch.cidr)

    def _release(self, sighting: Sighting) -> None:
        self._sweep.emit(sighting)
        self._tell(sighting.address)

    def _tell(self, address: str) -> None:
        """Say once that an address is done: all asked, all answers in, nothing held."""
        if address in self._told or address not in self._last_round or self._outstanding[address]:
            return
        watch = self._watch(address)
        if watch is None or not watch.holds(address):
            self._told.add(address)
            self._sweep.on_address(address)

    def _watch(self, address: str) -> SubnetWatch | None:
        group = group_of(address)
        return None if group is None else self._watches[group]


def _loopback(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback
