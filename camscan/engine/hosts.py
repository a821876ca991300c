"""The hosts of a scan on their way through the probes."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial

from camscan.discovery.interface import Sighting
from camscan.discovery.ssdp import Ssdp, SsdpUnicast
from camscan.discovery.wsd import WsdMulticast, WsdUnicast
from camscan.engine.ledger import Ledger
from camscan.model.device import Port
from camscan.model.status import Status
from camscan.probes.context import ProbeContext
from camscan.probes.host import HostEnd, NoLeads, PortQueue, probe_host
from camscan.probes.onvif import OnvifProbe
from camscan.protocols.never import NEVER_PORTS

LINK = frozenset((WsdMulticast.name, Ssdp.name))
"""Inquiries of whole links: they say where those are asked next whom a multicast reaches."""
SINGLE = frozenset((WsdUnicast.name, SsdpUnicast.name))
"""The same of all others."""
WSD = frozenset((WsdMulticast.name, WsdUnicast.name))
SSDP = frozenset((Ssdp.name, SsdpUnicast.name))


class Hosts:
    """Starts the probes of a host at its first sighting and feeds its ports; they end when all
    ports of the host are known. What answers to inquiries say is waited for where it is needed;
    `told` are the XAddrs of each host that its probes were told."""

    def __init__(
        self,
        ledger: Ledger,
        probing: ProbeContext,
        *,
        answer_seconds: float,
        on_change: Callable[[], None],
    ) -> None:
        self.queues: dict[str, PortQueue] = {}
        self.tasks: asyncio.TaskGroup | None = None
        self.locations: dict[str, dict[str, None]] = defaultdict(dict)
        self._ledger = ledger
        self._probing = probing
        self._wanted = {(port, "tcp") for port in probing.swept - frozenset(NEVER_PORTS)}
        self._answer_seconds = answer_seconds
        self._on_change = on_change
        self._swept: set[str] = set()
        self._complete: set[str] = set()
        self._onvif: set[str] = set()
        self.told: dict[str, set[str]] = defaultdict(set)
        self._running: frozenset[str] = frozenset()
        self._covered: Callable[[str], bool] = lambda _: False
        self._asked_at: dict[tuple[str, str], float] = {}
        self._waiting: dict[str, list[asyncio.Future[None]]] = {}

    def expect(self, methods: set[str], covered: Callable[[str], bool]) -> None:
        """The methods that will run; `covered`: a multicast of this scan reaches an address."""
        self._running = frozenset(methods) & (LINK | SINGLE)
        self._covered = covered

    def sighted(self, sighting: Sighting) -> None:
        """One answer of a host that may be dialled."""
        address = sighting.address
        new = [one for one in sighting.locations if one not in self.locations[address]]
        self.locations[address].update(dict.fromkeys(new))
        self._follow(address, tuple(new))
        if sighting.transport == "tcp" and sighting.port is not None:
            status = "open" if sighting.status is Status.OK else "closed"
            port = Port(port=sighting.port, transport="tcp", service=None, status=status)
            if status == "open":
                self._queue(address).put_nowait(sighting.port)
            self._ledger.saw_port(address, port)
        elif sighting.status is Status.OK:
            self._queue(address)
        self._end_if_complete(address)
        self._stir(address)

    def resume(self) -> None:
        """Go on with hosts that an earlier part of the run found and did not finish."""
        for address, ports in list(self._ledger.ports.items()):
            if address in self._ledger.done_hosts:
                continue
            for port in ports.values():
                if port.status == "open" and port.transport == "tcp":
                    self._queue(address).put_nowait(port.port)
            self._end_if_complete(address)

    def asked(self, method: str, address: str) -> None:
        """An inquiry left for `address`: its answer is given the time to arrive."""
        if method in self._running:
            self._asked_at[method, address] = time.monotonic()  # the clock of the loop
            if address in self._waiting:
                self._stir(address)

    def swept(self, address: str) -> None:
        """All ports of one address are known: its host need not wait for the rest of the sweep."""
        if address in self.queues and address not in self._swept:
            self._swept.add(address)
            self.queues[address].put_nowait(None)

    def unswept(self) -> set[str]:
        """The hosts of which `swept` is still to be told."""
        return self.queues.keys() - self._swept

    def method_ended(self, name: str) -> None:
        """No more answers to `name`."""
        self._running -= {name}
        for address in tuple(self._waiting):
            self._stir(address)

    def end(self) -> None:
        """No port of any host follows."""
        for queue in self.queues.values():
            queue.put_nowait(None)

    async def heard(
        self, address: str, kinds: frozenset[str], enough: Callable[[], bool] = lambda: False
    ) -> None:
        """Return when answers to `kinds` from `address` have had their time, or are `enough`."""
        loop = asyncio.get_running_loop()
        kinds &= LINK if self._covered(address) else SINGLE
        while (running := kinds & self._running) and not enough():
            asked = [self._asked_at.get((method, address)) for method in running]
            times = [at for at in asked if at is not None]
            over = max(times) + self._answer_seconds if len(times) == len(asked) else None
            if over is not None and over <= loop.time():
                return
            future = loop.create_future()
            self._waiting.setdefault(address, []).append(future)
            await asyncio.wait((future,), timeout=None if over is None else over - loop.time())

    def _stir(self, address: str) -> None:
        """Whoever waits for `address` looks again."""
        for future in self._waiting.pop(address, ()):
            if not future.done():
                future.set_result(None)

    def _queue(self, address: str) -> PortQueue:
        queue = self.queues.get(address)
        if queue is None:
            queue = self.queues[address] = asyncio.Queue()
            if address not in self._ledger.done_hosts:
                assert self.tasks is not None
                self.tasks.create_task(self._probe(address, queue))
        return queue

    def _end_if_complete(self, address: str) -> None:
        """Every port that is swept is known to be open or closed: no sweep is waited for."""
        if self._wanted and self._wanted <= self._ledger.ports[address].keys():
            self.swept(address)

    async def _probe(self, address: str, queue: PortQueue) -> None:
        end = await probe_host(
            self._probing,
            address,
            queue,
            on_evidence=self._ledger.saw,
            on_skip=self._ledger.skip,
            on_service=partial(self._serves, address),
            leads=_Leads(self, self._ledger, address),
        )
        self._ledger.host_done(address, complete=end is HostEnd.DONE)
        if end is HostEnd.DONE:
            self._complete.add(address)
            self._follow(address)
        self._on_change()

    def _serves(self, address: str, port: int, service: str) -> None:
        if service == OnvifProbe.name:
            self._onvif.add(address)
        self._ledger.saw_port(
            address, Port(port=port, transport="tcp", service=service, status="open")
        )

    def _follow(self, address: str, locations: Sequence[str] = ()) -> None:
        """What a host announces after its probes have ended is asked by itself: descriptions, and
        an ONVIF service where none has answered."""
        if address not in self._complete or self.tasks is None:
            return
        late: tuple[str, ...] = ()
        if address not in self._onvif:
            told = self.told[address]
            late = tuple(one for one in self._ledger.xaddrs[address] if one not in told)
            told.update(late)
        if locations or late:
            self.tasks.create_task(self._describe(address, locations, late))

    async def _describe(
        self, address: str, locations: Sequence[str], xaddrs: Sequence[str]
    ) -> None:
        """These, and nothing else again."""
        nothing: PortQueue = asyncio.Queue()
        nothing.put_nowait(None)
        await probe_host(
            self._probing,
            address,
            nothing,
            on_evidence=self._ledger.saw,
            on_skip=self._ledger.skip,
            on_service=partial(self._serves, address) if xaddrs else None,
            leads=_Announced(locations, xaddrs),
        )


class _Announced(NoLeads):
    """What was announced, and nothing else."""

    def __init__(self, locations: Sequence[str], xaddrs: Sequence[str]) -> None:
        self._locations = locations
        self._xaddrs = xaddrs

    async def xaddrs(self, *, last: bool) -> Sequence[str]:
        return self._xaddrs

    async def locations(self) -> Sequence[str]:
        return self._locations


class _Leads:
    """What inquiries have heard of one host (probes/host.py)."""

    def __init__(self, hosts: Hosts, ledger: Ledger, address: str) -> None:
        self._hosts = hosts
        self._ledger = ledger
        self._address = address

    async def xaddrs(self, *, last: bool) -> Sequence[str]:
        found = self._ledger.xaddrs[self._address]
        await self._hosts.heard(self._address, WSD, lambda: bool(found) and not last)
        self._hosts.told[self._address].update(found)
        return tuple(found)

    async def locations(self) -> Sequence[str]:
        await self._hosts.heard(self._address, SSDP)
        return tuple(self._hosts.locations[self._address])
