"""One inquiry of single addresses: of all that no multicast reaches, or of hosts found there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from camscan.discovery.answer_book import AnswerBook
from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.discovery.link_inquiry import open_sender
from camscan.discovery.multicast_link import (
    Link,
    multicast_links,
    out_of_reach,
    reached_by_multicast,
)
from camscan.errors import first_fault
from camscan.model.coverage import Method, MethodStatus
from camscan.net.udp import UdpSender
from camscan.protocols.query import Query


class UnicastInquiry:
    """Asks one by one what no multicast reaches: behind routers, on loopback, on links that are
    only partly in scope (protocols.md 11: many devices answer, not all).

    `sweep` goes to each such address, `hosts` to each such host that has answered something
    else. Each goes to an address once; what an earlier part of the run asked is not asked again.
    When its answers have had their time, the sweep's questions go once more to hosts that
    answered something, but not this inquiry: UDP loses packets, and silence of a host that is
    there is the only sign of it.
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
            links, _ = multicast_links(ctx.scope, ctx.interfaces, ctx.allow_multicast)
            try:
                async with asyncio.TaskGroup() as tasks:
                    heard = tasks.create_task(self._sweep(ctx, udp, links))
                    tasks.create_task(self._hosts(ctx, udp, book, links, heard))
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

    async def _sweep(self, ctx: DiscoveryContext, udp: UdpSender, links: Sequence[Link]) -> None:
        """Ask every address; returns when the answers have had their time."""
        try:
            for make in self.sweep:
                query = make()
                await udp.sweep(
                    query,
                    self._left(ctx, query, out_of_reach(ctx.scope, links).addresses()),
                    on_asked=lambda address: ctx.on_asked(self.name, address),
                )
            if udp.sent:
                await asyncio.sleep(ctx.profile.listen_seconds)
        finally:
            ctx.hosts.source_ended()

    async def _hosts(
        self,
        ctx: DiscoveryContext,
        udp: UdpSender,
        book: AnswerBook,
        links: Sequence[Link],
        heard: asyncio.Task[None],
    ) -> None:
        """Ask each host once, and the sweep's questions again when it was silent to them."""
        covered = reached_by_multicast(links)
        loop = asyncio.get_running_loop()
        over = 0.0  # when the answers to the last question to a host have had their time
        early: list[str] = []  # found before the sweep's answers were in
        async with asyncio.TaskGroup() as tasks:
            again = tasks.create_task(self._again(ctx, udp, book, early, heard))
            async for address in ctx.hosts:
                if covered(address):
                    continue
                asked = await self._ask(ctx, udp, self.hosts, address)
                if not heard.done():
                    early.append(address)
                elif not book.answered(address):
                    asked |= await self._ask(ctx, udp, self.sweep, address)
                if asked:
                    over = loop.time() + ctx.profile.listen_seconds
        await asyncio.sleep(max(over, again.result()) - loop.time())

    async def _again(
        self,
        ctx: DiscoveryContext,
        udp: UdpSender,
        book: AnswerBook,
        hosts: Sequence[str],
        heard: asyncio.Task[None],
    ) -> float:
        """The sweep's questions once more to `hosts` that did not answer them; the loop's time
        at which the answers have had theirs."""
        await asyncio.wait([heard])
        over = 0.0
        for address in hosts:
            if not book.answered(address) and await self._ask(ctx, udp, self.sweep, address):
                over = asyncio.get_running_loop().time() + ctx.profile.listen_seconds
        return over

    async def _ask(
        self,
        ctx: DiscoveryContext,
        udp: UdpSender,
        queries: Sequence[Callable[[], Query]],
        address: str,
    ) -> bool:
        """Send; False when nothing was left to ask."""
        asked = False
        for make in queries:
            query = make()
            for one in self._left(ctx, query, iter((address,))):
                await udp.send(query, one)
                asked = True
        if asked:
            ctx.on_asked(self.name, address)
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
