"""Composes a scan: discovery, probes while the sweep goes on, journal, merge, run."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from camscan import __version__
from camscan.discovery.interface import Discovery, DiscoveryContext, Sighting
from camscan.discovery.multicast_link import multicast_links
from camscan.discovery.neighbour_table import NeighbourTable
from camscan.discovery.tcp_connect import TcpConnect
from camscan.discovery.wsd import WsdMulticast, WsdUnicast, wide_scope_skips
from camscan.errors import first_fault
from camscan.inventory.journal import (
    Answered,
    BlockSwept,
    CutOff,
    Ended,
    HostDone,
    Journal,
    MethodEnded,
    Record,
    Saw,
    SawPort,
    Skipped,
    Started,
    Touched,
)
from camscan.inventory.merge import Identifier, build_devices
from camscan.inventory.subnets import coverage_subnets
from camscan.model.contact import Contact
from camscan.model.coverage import Coverage, Method, MethodStatus, Skip
from camscan.model.device import Port
from camscan.model.evidence import Evidence
from camscan.model.run import Authority, DataVersion, Run, RunInfo, RunStatus, ScopeRecord, Tool
from camscan.model.status import Status
from camscan.net.dialer import Dialer
from camscan.net.interface import Interface
from camscan.net.limits import Limits
from camscan.net.profile import Profile
from camscan.probes.context import build_context
from camscan.probes.host import HostEnd, PortQueue, probe_host
from camscan.protocols.query import WSD_GROUP4, WSD_GROUP6
from camscan.scope import Scope


class ScanRequest(Struct, frozen=True, kw_only=True):
    """What to scan and how. `evidence` is what files said; `resume` a journal to go on from."""

    run_id: str
    scope: Scope
    ports: tuple[int, ...]
    profile: Profile
    interfaces: tuple[Interface, ...]
    rate: float | None = None
    site: str | None = None
    authority: Authority | None = None
    until: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
    skips: tuple[Skip, ...] = ()
    resume: tuple[Record, ...] = ()
    resumes: str | None = None
    multicast: frozenset[str] = frozenset()


class Progress(Struct, frozen=True, kw_only=True):
    """How far a scan has come: connection attempts, hosts seen and hosts fully asked."""

    attempts: int
    attempts_in_all: int
    hosts: int
    hosts_done: int


class ScanOutcome(Struct, frozen=True, kw_only=True):
    """The run, and whether a person interrupted it (exit code 130).

    `contacts` only where no journal holds them: a large scan makes millions.
    """

    run: Run
    interrupted: bool
    contacts: tuple[Contact, ...]


OnProgress = Callable[[Progress], None]
OnRecord = Callable[[Record], None]


async def scan(
    request: ScanRequest,
    *,
    identifier: Identifier,
    data: DataVersion,
    journal: Journal | None = None,
    on_progress: OnProgress = lambda _: None,
    on_record: OnRecord = lambda _: None,
) -> ScanOutcome:
    """Scan and judge. Ctrl-C and `until` end it early with everything learned so far."""
    return await _Scan(request, identifier, data, journal, on_progress, on_record).run()


class _Scan:
    """The state of one scan; only this process's event loop touches it."""

    def __init__(
        self,
        request: ScanRequest,
        identifier: Identifier,
        data: DataVersion,
        journal: Journal | None,
        on_progress: OnProgress,
        on_record: OnRecord,
    ) -> None:
        self._request = request
        self._identifier = identifier
        self._data = data
        self._journal = journal
        self._on_progress = on_progress
        self._on_record = on_record
        self._started = datetime.now(UTC)
        self._evidence: dict[str, Evidence] = {}
        self._ports: dict[str, dict[tuple[int, str], Port]] = defaultdict(dict)
        self._answered: set[str] = set()
        self._skips: dict[Skip, None] = {}
        self._methods: dict[str, Method] = {}
        self._contacts: list[Contact] = []
        self._xaddrs: dict[str, dict[str, None]] = defaultdict(dict)
        self._queues: dict[str, PortQueue] = {}
        self._done_hosts: set[str] = set()
        self._swept_hosts: set[str] = set()
        self._inquired: set[str] = set()
        self._inquiries: set[str] = set()
        self._cut_off: set[str] = set()
        self._again: set[str] = set()
        self._swept = 0
        self._attempts = 0
        self._complete = False
        self._hosts: asyncio.TaskGroup | None = None

    async def run(self) -> ScanOutcome:
        """Everything from the first packet to the judged run."""
        self._begin()
        interrupted = False
        try:
            async with asyncio.timeout(self._seconds_left()):
                await self._work()
            self._complete = True
        except TimeoutError:
            self._skip(Skip(subject="run", what="the rest", reason="--until was reached"))
        except asyncio.CancelledError:
            interrupted = True
            task = asyncio.current_task()
            if task is not None:
                task.uncancel()
            self._skip(Skip(subject="run", what="the rest", reason="interrupted"))
        return self._end(interrupted)

    def _seconds_left(self) -> float | None:
        until = self._request.until
        return None if until is None else max(0.0, (until - self._started).total_seconds())

    def _begin(self) -> None:
        request = self._request
        self._write(
            Started(
                id=request.run_id,
                at=self._started,
                tool=__version__,
                command="scan",
                scope=self._scope_record(),
                sites=request.scope.sites,
                site=request.site,
                authority=request.authority,
                rate=request.rate,
                resumes=request.resumes,
            )
        )
        self._replay(request.resume)
        for skip in request.skips:
            self._skip(skip)
        for item in request.evidence:
            self._saw(item)

    def _replay(self, records: Sequence[Record]) -> None:
        """What an earlier, interrupted run of this scope already learned, copied to the journal."""
        for record in records:
            match record:
                case Saw(evidence=evidence):
                    self._saw(evidence)
                case SawPort(address=address, port=port):
                    self._port(address, port)
                case Answered(address=address):
                    self._note_answer(address)
                case Touched(contact=contact):
                    self._contact(contact)
                case HostDone(address=address):
                    self._done_hosts.add(address)
                    self._write(record)
                case BlockSwept(first=first, last=last) if first == self._swept:
                    self._swept = last + 1
                    self._write(record)
                case CutOff(cidr=cidr):
                    self._again.add(cidr)
                case MethodEnded(method=method) if method.status is MethodStatus.DONE:
                    self._method(method)
                case _:
                    continue

    async def _work(self) -> None:
        request = self._request
        profile = request.profile
        dialer = Dialer(
            request.scope,
            limits=Limits(),
            profile=profile,
            on_contact=self._contact,
            links=request.interfaces,
        )
        discovery = DiscoveryContext(
            scope=request.scope,
            dialer=dialer,
            profile=profile,
            interfaces=request.interfaces,
            on_skip=self._skip,
            on_contact=self._contact,
            allow_multicast=request.multicast,
        )
        for skip in wide_scope_skips(discovery):
            self._skip(skip)
        self._probing = build_context(dialer, profile=profile, swept=frozenset(request.ports))
        methods: list[Discovery] = [
            WsdMulticast(),
            WsdUnicast(
                done=frozenset(self._done_hosts).__contains__, on_asked=self._asked_by_unicast
            ),
            TcpConnect(
                request.ports,
                start=self._swept,
                again=self._again,
                done=self._known,
                on_address=self._address_swept,
                on_block=self._block_swept,
                on_progress=self._attempted,
                on_cut_off=self._stopped,
            ),
        ]
        try:
            async with asyncio.TaskGroup() as self._hosts:
                self._resume_hosts()
                async with asyncio.TaskGroup() as tasks:
                    wanted = [m for m in methods if m.name not in self._methods]
                    self._inquiries = {m.name for m in wanted if m.name != TcpConnect.name}
                    for method in wanted:
                        tasks.create_task(self._discover(method, discovery))
                await self._discover(NeighbourTable(), discovery)
                for queue in self._queues.values():
                    queue.put_nowait(None)
        except ExceptionGroup as group:
            raise first_fault(group) from None
        finally:
            await self._probing.aclose()

    async def _discover(self, method: Discovery, ctx: DiscoveryContext) -> None:
        self._method(await method.run(ctx, self._sighting))
        self._inquiries.discard(method.name)
        for address in tuple(self._swept_hosts):
            self._end_ports(address)

    def _sighting(self, sighting: Sighting) -> None:
        """One answer: note it, and probe the host when it may be dialled."""
        for item in sighting.evidence:
            self._saw(item)
            if item.field == "wsd.xaddr":
                self._xaddrs[sighting.address][item.value] = None
        if not sighting.on_scope or sighting.hint:
            return
        self._note_answer(sighting.address)
        if sighting.transport == "tcp" and sighting.port is not None:
            status = "open" if sighting.status is Status.OK else "closed"
            self._port(
                sighting.address,
                Port(port=sighting.port, transport="tcp", service=None, status=status),
            )
            if status == "open":
                self._queue(sighting.address).put_nowait(sighting.port)
        elif sighting.status is Status.OK:
            self._queue(sighting.address)
        self._tell()

    def _queue(self, address: str) -> PortQueue:
        """The ports of a host on their way to its probes; starts them at its first sighting."""
        queue = self._queues.get(address)
        if queue is None:
            queue = self._queues[address] = asyncio.Queue()
            if address not in self._done_hosts:
                assert self._hosts is not None
                self._hosts.create_task(self._probe(address, queue))
        return queue

    async def _probe(self, address: str, queue: PortQueue) -> None:
        end = await probe_host(
            self._probing,
            address,
            queue,
            on_evidence=self._saw,
            on_skip=self._skip,
            on_service=lambda port, service: self._service(address, port, service),
            xaddrs=lambda: tuple(self._xaddrs[address]),
        )
        self._done_hosts.add(address)
        if end is HostEnd.DONE:
            self._write(HostDone(address=address))
        self._tell()

    def _resume_hosts(self) -> None:
        for address, ports in list(self._ports.items()):
            if address in self._done_hosts:
                continue
            for port in ports.values():
                if port.status == "open" and port.transport == "tcp":
                    self._queue(address).put_nowait(port.port)

    def _known(self, address: str, port: int) -> bool:
        return address in self._done_hosts or (port, "tcp") in self._ports.get(address, {})

    def _address_swept(self, address: str) -> None:
        """All ports of one address are known: its host need not wait for the rest of the sweep."""
        if address in self._queues:
            self._swept_hosts.add(address)
            self._end_ports(address)

    def _asked_by_unicast(self, address: str) -> None:
        """An inquiry left for `address`: its answer is given the time to arrive."""
        asyncio.get_running_loop().call_later(
            self._request.profile.listen_seconds, self._answer_time_over, address
        )

    def _answer_time_over(self, address: str) -> None:
        self._inquired.add(address)
        self._end_ports(address)

    def _end_ports(self, address: str) -> None:
        """Tell a swept host that no port follows, once no inquiry's answer is awaited any more:
        those answers say where its ONVIF service is."""
        awaited = self._inquiries
        if address in self._inquired:
            awaited = awaited - {WsdUnicast.name}
        if address in self._swept_hosts and not awaited:
            self._swept_hosts.discard(address)
            self._queues[address].put_nowait(None)

    def _block_swept(self, first: int, last: int) -> None:
        self._swept = last + 1
        self._write(BlockSwept(first=first, last=last))

    def _stopped(self, cidr: str) -> None:
        self._cut_off.add(cidr)
        self._write(CutOff(cidr=cidr))

    def _attempted(self, attempts: int) -> None:
        self._attempts = attempts
        self._tell()

    def _tell(self) -> None:
        self._on_progress(
            Progress(
                attempts=self._attempts,
                attempts_in_all=self._request.scope.address_count * len(self._request.ports),
                hosts=len(self._queues),
                hosts_done=len(self._done_hosts),
            )
        )

    def _saw(self, item: Evidence) -> None:
        if item.id not in self._evidence:
            self._evidence[item.id] = item
            self._write(Saw(evidence=item))

    def _port(self, address: str, port: Port) -> None:
        self._ports[address][port.port, port.transport] = port
        self._write(SawPort(address=address, port=port))

    def _service(self, address: str, port: int, service: str) -> None:
        self._port(address, Port(port=port, transport="tcp", service=service, status="open"))

    def _note_answer(self, address: str) -> None:
        if address not in self._answered:
            self._answered.add(address)
            self._write(Answered(address=address))

    def _skip(self, skip: Skip) -> None:
        if skip not in self._skips:
            self._skips[skip] = None
            self._write(Skipped(skip=skip))

    def _method(self, method: Method) -> None:
        self._methods[method.name] = method
        self._write(MethodEnded(method=method))

    def _contact(self, contact: Contact) -> None:
        if self._journal is None:
            self._contacts.append(contact)
        self._write(Touched(contact=contact))

    def _write(self, record: Record) -> None:
        self._on_record(record)
        if self._journal is not None:
            self._journal.append(record)

    def _scope_record(self) -> ScopeRecord:
        request = self._request
        scope = request.scope
        links, _ = multicast_links(scope, request.interfaces, request.multicast)
        versions = {link.version for link in links}
        return ScopeRecord(
            targets=scope.targets,
            exclude=scope.exclude,
            addresses=scope.address_count,
            allow_public=scope.allow_public,
            interfaces=tuple(dict.fromkeys(link.interface.name for link in links)),
            groups=tuple(
                group
                for version, group in ((4, WSD_GROUP4), (6, WSD_GROUP6))
                if version in versions
            ),
            ports=request.ports,
            profile=request.profile.name,
        )

    def _end(self, interrupted: bool) -> ScanOutcome:
        """Judge what is there; partial runs are as valid as complete ones."""
        request = self._request
        # A lease or a table entry says who had an address once, not that anybody is there now.
        known = {
            item.target
            for item in self._evidence.values()
            if not item.field.startswith(("mac.", "dhcp."))
        }
        hosts = self._answered | known
        inventory = build_devices(
            (item for item in self._evidence.values() if item.target in hosts),
            {address: tuple(self._ports[address].values()) for address in self._answered},
            self._identifier,
            _site_of(request.scope),
            mergeable=request.scope.permits,
        )
        for skip in inventory.skips:
            self._skip(skip)
        if self._journal is not None and self._journal.fault is not None:
            self._skips[Skip(subject="journal", what="resuming", reason=self._journal.fault)] = None
        partial = not self._complete or bool(self._cut_off)
        run = Run(
            tool=Tool(version=__version__, data=self._data),
            run=RunInfo(
                id=request.run_id,
                started=self._started,
                ended=datetime.now(UTC),
                status=RunStatus.PARTIAL if partial else RunStatus.COMPLETE,
                site=request.site,
                scope=self._scope_record(),
                authorised_by=request.authority,
            ),
            coverage=Coverage(
                targets=request.scope.address_count,
                answered=sum(1 for address in self._answered if request.scope.permits(address)),
                methods=tuple(self._methods.values()),
                skips=tuple(self._skips),
                subnets=coverage_subnets(
                    request.scope,
                    self._answered,
                    cut_off=self._cut_off,
                    swept_until=None if self._complete else self._swept,
                ),
            ),
            devices=inventory.devices,
        )
        self._write(Ended(at=run.run.ended, status=run.run.status, run=run))
        return ScanOutcome(run=run, interrupted=interrupted, contacts=tuple(self._contacts))


def _site_of(scope: Scope) -> Callable[[str], str | None]:
    def site(address: str) -> str | None:
        with contextlib.suppress(ValueError):
            return scope.site_of(address.partition("%")[0])
        return None

    return site
