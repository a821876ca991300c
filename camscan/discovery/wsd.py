"""WS-Discovery: multicast on the links in scope, unicast to everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.discovery.wsd_answer import AnswerBook
from camscan.discovery.wsd_link import Link, multicast_links, reached_by_multicast
from camscan.model.coverage import Method, MethodStatus, Skip
from camscan.net.udp import UdpSender
from camscan.protocols.query import Query, wsd_probe_nvt, wsd_probes

SENDS = 3
"""Each probe leaves three times: SOAP-over-UDP repeats, for UDP loses packets."""


def open_sender(ctx: DiscoveryContext) -> UdpSender:
    """A UDP sender that shares the dialer's pace."""
    return UdpSender(
        ctx.scope,
        profile=ctx.profile,
        on_contact=ctx.on_contact,
        paces=ctx.dialer.paces,
        links=ctx.interfaces,
        allow_multicast=ctx.allow_multicast,
    )


class WsdMulticast:
    """The four probes, each three times, on every link whose subnet is wholly in scope.

    They are spread evenly over the profile's sending time; a repeat is the same message, with
    its MessageID (SOAP-over-UDP). Each link and IP version has messages of its own, since a
    device answers one message once.
    """

    name = "wsd-multicast"

    async def run(self, ctx: DiscoveryContext, emit: Callable[[Sighting], None]) -> Method:
        """Ask and listen; links that may not be used are Skips."""
        links, refused = multicast_links(ctx.scope, ctx.interfaces, ctx.allow_multicast)
        for refusal in refused:
            ctx.on_skip(refusal)
        if not links:
            return Method(
                name=self.name,
                status=MethodStatus.SKIPPED,
                reason="no interface's subnet is wholly in scope",
            )
        book = AnswerBook(ctx, emit, self.name)
        queries: dict[Link, tuple[Query, ...]] = {link: wsd_probes() for link in links}
        failed: dict[Link, Skip] = {}
        left: set[Link] = set()
        async with open_sender(ctx) as udp:
            kinds = len(wsd_probes())
            pause = ctx.profile.wsd_send_seconds / (SENDS * kinds)
            for step in range(SENDS * kinds):
                for link, probes in queries.items():
                    skip = await udp.multicast(probes[step % kinds], link.interface, link.version)
                    if skip is None:
                        left.add(link)
                    else:
                        failed[link] = skip  # perhaps its address is not ready yet
                async for datagram in udp.listen(pause):
                    book.read(datagram)
            async for datagram in udp.listen(ctx.profile.wsd_listen_seconds):
                book.read(datagram)
            for link, skip in failed.items():
                if link not in left:
                    ctx.on_skip(skip)
            return book.method(udp.sent, udp.dropped)


class WsdUnicast:
    """One NVT probe to each address that no multicast reaches: behind routers, on loopback, on
    links that are only partly in scope (protocols.md 11: many devices answer, not all)."""

    name = "wsd-unicast"

    def __init__(
        self,
        *,
        done: Callable[[str], bool] | None = None,
        on_asked: Callable[[str], None] = lambda _address: None,
    ) -> None:
        self._done = done
        self._on_asked = on_asked

    async def run(self, ctx: DiscoveryContext, emit: Callable[[Sighting], None]) -> Method:
        """Ask every address once, paced, and listen meanwhile."""
        links, _ = multicast_links(ctx.scope, ctx.interfaces, ctx.allow_multicast)
        covered = reached_by_multicast(links)
        book = AnswerBook(ctx, emit, self.name)
        async with open_sender(ctx) as udp:
            reader = asyncio.create_task(_read_all(udp, book))
            try:
                for address in ctx.scope.addresses():
                    if covered(address) or (self._done is not None and self._done(address)):
                        continue
                    await udp.send(wsd_probe_nvt(), address)
                    self._on_asked(address)
                if udp.sent:
                    await asyncio.wait([reader], timeout=ctx.profile.wsd_listen_seconds)
            finally:
                await udp.close()
                await reader
            sent, dropped = udp.sent, udp.dropped
        if not sent:
            return Method(
                name=self.name,
                status=MethodStatus.SKIPPED,
                reason="multicast reaches every address in scope",
            )
        return book.method(sent, dropped)


async def _read_all(udp: UdpSender, book: AnswerBook) -> None:
    """Every answer until the sender is closed."""
    async for datagram in udp:
        book.read(datagram)


def wide_scope_skips(ctx: DiscoveryContext) -> tuple[Skip, ...]:
    """IPv6 ranges that are too large to be asked one by one."""
    return tuple(
        Skip(
            subject=text,
            what="address by address",
            reason="too many IPv6 addresses to ask each; devices there are found by multicast only",
        )
        for text in ctx.scope.too_large()
    )
