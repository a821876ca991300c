"""WS-Discovery: multicast on the links in scope, unicast to everything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.discovery.link_inquiry import LinkInquiry
from camscan.discovery.unicast_inquiry import UnicastInquiry
from camscan.discovery.wsd_answer import WsdAnswerBook
from camscan.model.coverage import Skip
from camscan.protocols.query import (
    Query,
    wsd_probe_device,
    wsd_probe_dpws,
    wsd_probe_nvt,
    wsd_probe_untyped,
)


class WsdMulticast(LinkInquiry):
    """The four probes; a repeat is the same message, with its MessageID (SOAP-over-UDP)."""

    name = "wsd-multicast"
    protocol = "wsd"
    queries = (wsd_probe_nvt, wsd_probe_device, wsd_probe_untyped, wsd_probe_dpws)

    def book(self, ctx: DiscoveryContext, emit: Callable[[Sighting], None]) -> WsdAnswerBook:
        """Where the answers are read."""
        return WsdAnswerBook(ctx, emit, self.name)


class WsdUnicast(UnicastInquiry):
    """One NVT probe to each address, one tds:Device probe to each host: newer devices know
    only that type."""

    name = "wsd-unicast"
    protocol = "wsd"
    sweep: ClassVar[tuple[Callable[[], Query], ...]] = (wsd_probe_nvt,)
    hosts: ClassVar[tuple[Callable[[], Query], ...]] = (wsd_probe_device,)

    def book(self, ctx: DiscoveryContext, emit: Callable[[Sighting], None]) -> WsdAnswerBook:
        """Where the answers are read."""
        return WsdAnswerBook(ctx, emit, self.name)


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
