"""One inquiry of whole links: multicast and broadcast, several times, then listening."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from typing import ClassVar

from msgspec import Struct

from camscan.discovery.answer_book import AnswerBook
from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.discovery.multicast_link import Link, multicast_links
from camscan.model.coverage import Method, MethodStatus, Skip
from camscan.net.udp import UdpSender
from camscan.protocols.query import Query

SENDS = 3
"""Each message leaves three times: UDP loses packets, and devices miss questions."""


def open_sender(ctx: DiscoveryContext) -> UdpSender:
    """A UDP sender that shares the dialer's pace."""
    return UdpSender(
        ctx.scope,
        profile=ctx.profile,
        on_contact=ctx.on_contact,
        on_round=ctx.on_round,
        paces=ctx.dialer.paces,
        links=ctx.interfaces,
        allow_multicast=ctx.allow_multicast,
        on_skip=ctx.on_skip,
    )


class Shot(Struct, frozen=True):
    """One message to one link: to its group, or broadcast."""

    query: Query
    broadcast: bool


def shots(queries: Sequence[Query], version: int) -> tuple[Shot, ...]:
    """What one round sends to a link of IP `version`."""
    found = []
    for query in queries:
        if (query.group4 if version == 4 else query.group6) is not None:
            found.append(Shot(query, broadcast=False))
        if version == 4 and query.broadcast:
            found.append(Shot(query, broadcast=True))
    return tuple(found)


class LinkInquiry:
    """Asks `queries` on every link whose subnet is wholly in scope.

    They are spread evenly over the profile's sending time; a repeat is the same message. Each
    link and IP version has messages of its own, since a device answers one message once. Of the
    three broadcasts the second is directed to the subnet, for stacks that hear only that.
    """

    name: str
    protocol: str
    queries: ClassVar[tuple[Callable[[], Query], ...]]

    def book(self, ctx: DiscoveryContext, emit: Callable[[Sighting], None]) -> AnswerBook:
        """Where the answers are read."""
        return AnswerBook(ctx, emit, self.name, self.protocol, self.queries[0]().port)

    async def run(self, ctx: DiscoveryContext, emit: Callable[[Sighting], None]) -> Method:
        """Ask and listen; links that may not be used are Skips."""
        links, refused = multicast_links(ctx.scope, ctx.interfaces, ctx.allow_multicast)
        for refusal in refused:
            ctx.on_skip(refusal)
        plan = {link: shots([make() for make in self.queries], link.version) for link in links}
        plan = {link: each for link, each in plan.items() if each}
        if not plan:
            return Method(
                name=self.name,
                status=MethodStatus.SKIPPED,
                reason="no interface's subnet is wholly in scope",
            )
        book = self.book(ctx, emit)
        async with open_sender(ctx) as udp:
            await self._ask(ctx, udp, book, plan)
            async for datagram in udp.listen(ctx.profile.listen_seconds):
                book.read(datagram)
            return book.method(udp.sent, udp.dropped)

    async def _ask(
        self,
        ctx: DiscoveryContext,
        udp: UdpSender,
        book: AnswerBook,
        plan: dict[Link, tuple[Shot, ...]],
    ) -> None:
        failed: dict[Link, Skip] = {}
        left: set[Link] = set()
        steps = max(len(each) for each in plan.values())
        pause = ctx.profile.ask_seconds / (SENDS * steps)
        # Many inquiries run together: each begins at its own moment of the first pause.
        begin = pause * (zlib.crc32(self.name.encode()) % 100) / 100
        async for datagram in udp.listen(begin):
            book.read(datagram)
        for turn in range(SENDS * steps):
            for link, each in plan.items():
                if turn % steps < len(each):
                    skip = await _shoot(udp, each[turn % steps], link, turn // steps)
                    if skip is None:
                        left.add(link)
                    else:
                        failed[link] = skip  # perhaps its address is not ready yet
            async for datagram in udp.listen(pause):
                book.read(datagram)
        for link, skip in failed.items():
            if link not in left:
                ctx.on_skip(skip)


async def _shoot(udp: UdpSender, shot: Shot, link: Link, turn: int) -> Skip | None:
    if shot.broadcast:
        return await udp.broadcast(shot.query, link.interface, directed=turn % 2 == 1)
    return await udp.multicast(shot.query, link.interface, link.version)
