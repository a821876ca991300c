"""MAC addresses of hosts on the same link, from the operating system's neighbour table."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.model.coverage import Method, MethodStatus
from camscan.model.evidence import Evidence
from camscan.model.status import Status
from camscan.net.neighbour import neighbours
from camscan.protocols.mac import mac_fields

METHOD = "arp"


class NeighbourTable:
    """Reads the ARP and NDP table; run it after the sweep, whose packets fill it.

    Sends nothing. Its sightings are hints: an entry may be older than the run.
    """

    name = "neighbour-table"

    async def run(self, ctx: DiscoveryContext, emit: Callable[[Sighting], None]) -> Method:
        """Emit the MAC of every neighbour in scope."""
        table = await asyncio.to_thread(neighbours)
        found = 0
        for address, mac in table.items():
            evidence = mac_evidence(ctx, address, mac) if ctx.scope.permits(address) else ()
            if not evidence:
                continue
            found += 1
            emit(
                Sighting(
                    address=address,
                    port=None,
                    transport="link",
                    status=Status.OK,
                    method=self.name,
                    at=ctx.now(),
                    evidence=evidence,
                    hint=True,
                )
            )
        return Method(name=self.name, status=MethodStatus.DONE, answered=found)


def mac_evidence(
    ctx: DiscoveryContext, address: str, mac: str, *, method: str = METHOD
) -> tuple[Evidence, ...]:
    """`mac_fields` as evidence of the link."""
    return tuple(
        Evidence(
            target=address,
            field=field,
            value=value,
            method=method,
            port=None,
            transport="link",
            at=ctx.now(),
        )
        for field, value in mac_fields(mac)
    )
