"""The hosts of a scan on their way through the probes."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable

from camscan.discovery.interface import Sighting
from camscan.discovery.ssdp import Ssdp, SsdpUnicast
from camscan.discovery.wsd import WsdMulticast, WsdUnicast
from camscan.engine.ledger import Ledger
from camscan.model.device import Port
from camscan.model.status import Status
from camscan.probes.context import ProbeContext
from camscan.probes.host import HostEnd, PortQueue, probe_host

AWAITED = frozenset(kind.name for kind in (WsdMulticast, WsdUnicast, Ssdp, SsdpUnicast))
"""Inquiries whose answers say where a host is asked next: its ONVIF service, its description."""


class Hosts:
    """Starts the probes of a host at its first sighting, feeds its ports, and says when no more
    follow: its sweep is over and the answers that are awaited have had their time."""

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
        self._ledger = ledger
        self._probing = probing
        self._answer_seconds = answer_seconds
        self._on_change = on_change
        self._locations: dict[str, dict[str, None]] = defaultdict(dict)
        self._swept: set[str] = set()
        self._running: set[str] = set()
        self._asked_at: dict[tuple[str, str], float] = {}

    def expect(self, methods: set[str]) -> None:
        """The methods that will run."""
        self._running = methods & AWAITED

    def sighted(self, sighting: Sighting) -> None:
        """One answer of a host that may be dialled."""
        address = sighting.address
        for location in sighting.locations:
            self._locations[address][location] = None
        if sighting.transport == "tcp" and sighting.port is not None:
            status = "open" if sighting.status is Status.OK else "closed"
            port = Port(port=sighting.port, transport="tcp", service=None, status=status)
            self._ledger.saw_port(address, port)
            if status == "open":
                self._queue(address).put_nowait(sighting.port)
        elif sighting.status is Status.OK:
            self._queue(address)

    def resume(self) -> None:
        """Go on with hosts that an earlier part of the run found and did not finish."""
        for address, ports in list(self._ledger.ports.items()):
            if address in self._ledger.done_hosts:
                continue
            for port in ports.values():
                if port.status == "open" and port.transport == "tcp":
                    self._queue(address).put_nowait(port.port)

    def asked(self, method: str, address: str) -> None:
        """An inquiry left for `address`: its answer is given the time to arrive."""
        if method in self._running:
            self._asked_at[method, address] = asyncio.get_running_loop().time()
            self._later(address)

    def swept(self, address: str) -> None:
        """All ports of one address are known: its host need not wait for the rest of the sweep."""
        if address in self.queues:
            self._swept.add(address)
            self._later(address)
            self._end_ports(address)

    def method_ended(self, name: str) -> None:
        """No more answers to `name`."""
        self._running.discard(name)
        for address in tuple(self._swept):
            self._end_ports(address)

    def end(self) -> None:
        """No port of any host follows."""
        for queue in self.queues.values():
            queue.put_nowait(None)

    def _queue(self, address: str) -> PortQueue:
        queue = self.queues.get(address)
        if queue is None:
            queue = self.queues[address] = asyncio.Queue()
            if address not in self._ledger.done_hosts:
                assert self.tasks is not None
                self.tasks.create_task(self._probe(address, queue))
        return queue

    async def _probe(self, address: str, queue: PortQueue) -> None:
        end = await probe_host(
            self._probing,
            address,
            queue,
            on_evidence=self._ledger.saw,
            on_skip=self._ledger.skip,
            on_service=lambda port, service: self._ledger.saw_port(
                address, Port(port=port, transport="tcp", service=service, status="open")
            ),
            xaddrs=lambda: tuple(self._ledger.xaddrs[address]),
            locations=lambda: tuple(self._locations[address]),
        )
        self._ledger.host_done(address, complete=end is HostEnd.DONE)
        self._on_change()

    def _later(self, address: str) -> None:
        """Look again when the answers to what has been asked so far have had their time."""
        if address not in self._swept:
            return
        asyncio.get_running_loop().call_later(
            self._answer_seconds + 0.001, self._end_ports, address
        )

    def _end_ports(self, address: str) -> None:
        if address not in self._swept:
            return
        over = asyncio.get_running_loop().time() - self._answer_seconds
        for method in self._running:
            at = self._asked_at.get((method, address))
            if at is None or at > over:
                return
        self._swept.discard(address)
        self.queues[address].put_nowait(None)
