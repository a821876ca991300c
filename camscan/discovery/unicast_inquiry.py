"""One inquiry of single addresses: of all that no multicast reaches, or of hosts found there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from camscan.discovery.answer_book import AnswerBook
from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.discovery.link_inquiry import open_sender
from camscan.discovery.multicast_link import multicast_links, out_of_reach, reached_by_multicast
from camscan.errors import first_fault
from camscan.model.coverage import Method, MethodStatus
from camscan.net.udp import UdpSender
from camscan.protocols.query import Query


class UnicastInquiry:
    """Asks one by one what no multicast reaches: behind routers, on loopback, on links that are
    only partly in scope (protocols.md 11: many devices answer, not all).

    `sweep` goes to each such address, `hosts` to each such host that has answered something
    else. Each goes to an address once; what an earlier part of the run asked is not asked again.
    At the end the sweep's questions go once more to hosts that answered something, but not this
    inquiry: UDP loses packets, and silence of a host that is there is the only sign of it.
    """

    name: str
    protocol: str
    sweep: ClassVar[tuple[Callable[[], Query], ...]] = ()
    hosts: ClassVar[tuple[Callable[[], Query], ...]] = ()

    def book(self, ctx: DiscoveryContext, emit: Callable[[Sighting], None]) -> AnswerBook:
        """Where the answers are read."""
        port = (*self.sweep, *self.hosts)[0]().port
        return AnswerBook(ctx, emit, self.name, self.protocol, port)

    async def run(self, ctx: DiscoveryContext, emit: Callable[[Sighting], None]) -> Method:
        """Ask, paced, and listen meanwhile."""
        book = self.book(ctx, emit)
        async with open_sender(ctx) as udp:
            reader = asyncio.create_task(_read_all(udp, book))
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._sweep(ctx, udp, reader))
                    tasks.create_task(self._hosts(ctx, udp, reader, book))
            except ExceptionGroup as group:
                raise first_fault(group) from None
            finally:
                await udp.close()
                await reader
            sent, dropped = udp.sent, udp.dropped
        if not sent:
            reason = (
                "multicast reaches every address in scope"
                if self.sweep
                else "no host was found that multicast does not reach"
            )
            return Method(name=self.name, status=MethodStatus.SKIPPED, reason=reason)
        return book.method(sent, dropped)

    async def _sweep(
        self, ctx: DiscoveryContext, udp: UdpSender, reader: asyncio.Task[None]
    ) -> None:
        try:
            links, _ = multicast_links(ctx.scope, ctx.interfaces, ctx.allow_multicast)
            for make in self.sweep:
                query = make()
                await udp.sweep(
                    query,
                    self._left(ctx, query, out_of_reach(ctx.scope, links).addresses()),
                    on_asked=lambda address: ctx.on_asked(self.name, address),
                )
            if udp.sent:
                await asyncio.wait([reader], timeout=ctx.profile.listen_seconds)
        finally:
            ctx.hosts.source_ended()

    async def _hosts(
        self,
        ctx: DiscoveryContext,
        udp: UdpSender,
        reader: asyncio.Task[None],
        book: AnswerBook,
    ) -> None:
        links, _ = multicast_links(ctx.scope, ctx.interfaces, ctx.allow_multicast)
        covered = reached_by_multicast(links)
        found: list[str] = []
        asked = False
        async for address in ctx.hosts:
            if not covered(address):
                found.append(address)
                asked |= await self._ask(ctx, udp, self.hosts, (address,))
        if asked:  # the sweep's own answers have had their time when the hosts end
            await asyncio.wait([reader], timeout=ctx.profile.listen_seconds)
        silent = [address for address in found if not book.answered(address)]
        if await self._ask(ctx, udp, self.sweep, silent):
            await asyncio.wait([reader], timeout=ctx.profile.listen_seconds)

    async def _ask(
        self,
        ctx: DiscoveryContext,
        udp: UdpSender,
        queries: Sequence[Callable[[], Query]],
        addresses: Sequence[str],
    ) -> bool:
        """Send; False when nothing was left to ask."""
        asked = False
        for make in queries:
            query = make()
            for address in self._left(ctx, query, iter(addresses)):
                await udp.send(query, address)
                asked = True
        return asked

    @staticmethod
    def _left(ctx: DiscoveryContext, query: Query, addresses: Iterator[str]) -> Iterator[str]:
        """Without those that an earlier part of the run has asked this."""
        if ctx.asked is None:
            return addresses
        asked = ctx.asked
        return (address for address in addresses if not asked(query.name, address))


async def _read_all(udp: UdpSender, book: AnswerBook) -> None:
    """Every answer until the sender is closed."""
    async for datagram in udp:
        book.read(datagram)
