"""One scan: discovery, probes while the sweep goes on, journal, run."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from camscan import __version__
from camscan.discovery.choose_sweep import choose_sweep
from camscan.discovery.host_feed import HostFeed
from camscan.discovery.interface import Discovery, DiscoveryContext, Sighting
from camscan.discovery.multicast_link import multicast_links, reached_by_multicast
from camscan.discovery.neighbour_table import NeighbourTable
from camscan.discovery.registry import LINK_INQUIRIES, UNICAST_INQUIRIES
from camscan.discovery.sweep_events import SweepEvents
from camscan.discovery.unicast_inquiry import UnicastInquiry
from camscan.discovery.wsd import wide_scope_skips
from camscan.engine.hosts import Hosts
from camscan.engine.ledger import Ledger
from camscan.engine.outcome import build_run, scope_record
from camscan.engine.request import OnProgress, OnRecord, Progress, ScanOutcome, ScanRequest
from camscan.engine.second_opinion import ask_nmap
from camscan.errors import first_fault
from camscan.inventory.contacts import Contacts
from camscan.inventory.journal import Journal, Started, ending
from camscan.inventory.merge import Identifier
from camscan.model.coverage import Skip
from camscan.model.run import DataVersion
from camscan.net.dialer import Dialer
from camscan.net.limits import Limits
from camscan.probes.context import build_context


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
    ledger = Ledger(journal, on_record)
    return await _Scan(request, ledger, identifier, data, on_progress).run()


class _Scan:
    """The state of one scan; only this process's event loop touches it."""

    def __init__(
        self,
        request: ScanRequest,
        ledger: Ledger,
        identifier: Identifier,
        data: DataVersion,
        on_progress: OnProgress,
    ) -> None:
        self._request = request
        self._ledger = ledger
        self._identifier = identifier
        self._data = data
        self._on_progress = on_progress
        self._started = datetime.now(UTC)
        self._attempts = 0

    async def run(self) -> ScanOutcome:
        """Everything from the first packet to the judged run."""
        self._begin()
        interrupted, complete = False, False
        try:
            async with asyncio.timeout(self._seconds_left()):
                await self._work()
            complete = True
        except TimeoutError:
            self._ledger.skip(Skip(subject="run", what="the rest", reason="--until was reached"))
        except asyncio.CancelledError:
            interrupted = True
            task = asyncio.current_task()
            if task is not None:
                task.uncancel()
            self._ledger.skip(Skip(subject="run", what="the rest", reason="interrupted"))
        run = build_run(
            self._request,
            self._ledger,
            self._identifier,
            self._data,
            started=self._started,
            complete=complete,
        )
        for record in ending(run):
            self._ledger.write(record)
        made = tuple(self._ledger.contacts)
        return ScanOutcome(run=run, interrupted=interrupted, contacts=Contacts(lambda: made))

    def _seconds_left(self) -> float | None:
        until = self._request.until
        return None if until is None else max(0.0, (until - self._started).total_seconds())

    def _begin(self) -> None:
        request = self._request
        self._ledger.write(
            Started(
                id=request.run_id,
                at=self._started,
                tool=__version__,
                command="scan",
                scope=scope_record(request),
                sites=request.scope.sites,
                site=request.site,
                authority=request.authority,
                rate=request.rate,
                passive=request.passive,
                resumes=request.resumes,
            )
        )
        self._ledger.replay(request.resume)
        for skip in request.skips:
            self._ledger.skip(skip)
        for item in request.evidence:
            self._ledger.saw(item)
        for address, port in request.known_ports:
            self._ledger.note_port(address, port)

    async def _work(self) -> None:
        request = self._request
        dialer = Dialer(
            request.scope,
            limits=Limits(),
            profile=request.profile,
            on_contact=self._ledger.contact,
            links=request.interfaces,
        )
        probing = build_context(dialer, profile=request.profile, swept=frozenset(request.ports))
        self._hosts = Hosts(
            self._ledger,
            probing,
            answer_seconds=request.profile.listen_seconds,
            on_change=self._tell,
        )
        try:
            async with asyncio.TaskGroup() as self._hosts.tasks:
                await self._discover_all(dialer)
                self._hosts.end()
        except ExceptionGroup as group:
            raise first_fault(group) from None
        finally:
            await probing.aclose()
        if request.nmap and not request.only_listens:
            await ask_nmap(request, self._ledger, self._identifier)

    async def _discover_all(self, dialer: Dialer) -> None:
        """Every method at once, then the table that their packets have filled."""
        wanted = [m for m in self._methods() if m.name not in self._ledger.methods]
        self._feed = HostFeed(sources=len(wanted))
        ctx = self._context(dialer)
        for skip in self._left_out(ctx):
            self._ledger.skip(skip)
        for address in self._ledger.answered:
            if self._request.scope.permits(address):
                self._feed.add(address)
        links, _ = multicast_links(ctx.scope, ctx.interfaces, ctx.allow_multicast)
        self._hosts.expect({method.name for method in wanted}, reached_by_multicast(links))
        self._hosts.resume()
        async with asyncio.TaskGroup() as tasks:
            for method in wanted:
                tasks.create_task(self._discover(method, ctx))
        await self._discover(NeighbourTable(), ctx)

    def _left_out(self, ctx: DiscoveryContext) -> tuple[Skip, ...]:
        """What this scan does not do, known before it begins."""
        if not self._request.only_listens:
            return wide_scope_skips(ctx)
        seconds = self._request.passive or 0.0
        more = "" if self._request.resumes is None else " more than the run that this goes on with"
        reason = (
            f"--passive: listened for {round(seconds, 1):g} s{more}, nothing was sent; a "
            "description that a device announced was not fetched"
        )
        return (Skip(subject="run", what="everything but listening", reason=reason),)

    def _methods(self) -> list[Discovery]:
        ledger = self._ledger
        seconds = self._request.passive
        listening: list[Discovery] = []
        if seconds is not None:
            from camscan.discovery.passive import Passive  # reads captures: every codec

            listening.append(Passive(seconds))
        if self._request.only_listens:
            return [*listening]
        choice = choose_sweep(
            self._request.ports,
            scope=self._request.scope,
            interfaces=self._request.interfaces,
            start=ledger.swept,
            again=ledger.again,
            events=SweepEvents(
                done=ledger.knows_port,
                known=ledger.known_hosts,
                awaited=self._hosts.unswept,
                on_address=self._hosts.swept,
                on_block=ledger.block_swept,
                on_progress=self._attempted,
                on_cut_off=ledger.stopped,
                on_method=ledger.method,
            ),
        )
        if choice.reason:
            reason = f"{choice.reason}; ports were tried by ordinary connections, which is slower"
            ledger.skip(Skip(subject="tcp sweep", what="raw SYN sweep", reason=reason))
        links = [kind() for kind in LINK_INQUIRIES]
        single = [kind() for kind in UNICAST_INQUIRIES]
        return [*listening, *links, *single, choice.method]

    def _context(self, dialer: Dialer) -> DiscoveryContext:
        request = self._request
        return DiscoveryContext(
            scope=request.scope,
            dialer=dialer,
            profile=request.profile,
            interfaces=request.interfaces,
            on_skip=self._ledger.skip,
            on_contact=self._ledger.contact,
            on_round=self._ledger.round,
            allow_multicast=request.multicast,
            hosts=self._feed,
            on_asked=self._hosts.asked,
            asked=self._ledger.was_asked if request.resume else None,
        )

    async def _discover(self, method: Discovery, ctx: DiscoveryContext) -> None:
        self._ledger.method(await method.run(ctx, self._sighting))
        if not isinstance(method, UnicastInquiry):  # which says so itself, before its end
            self._feed.source_ended()
        self._hosts.method_ended(method.name)

    def _sighting(self, sighting: Sighting) -> None:
        """One answer: note it, and probe the host when it may be dialled."""
        for item in sighting.evidence:
            self._ledger.saw(item)
        if not sighting.hint:
            self._ledger.hear(sighting.address, in_scope=sighting.on_scope)
        if not sighting.on_scope or sighting.hint:
            return
        self._ledger.note_answer(sighting.address)
        self._feed.add(sighting.address)
        self._hosts.sighted(sighting)
        self._tell()

    def _attempted(self, attempts: int) -> None:
        self._attempts = attempts
        self._tell()

    def _tell(self) -> None:
        request = self._request
        self._on_progress(
            Progress(
                attempts=self._attempts,
                attempts_in_all=request.scope.address_count * len(request.ports),
                hosts=len(self._hosts.queues),
                hosts_done=len(self._ledger.done_hosts),
            )
        )
