"""Who is on the link: every address asked for its MAC, in a few passes over the silent ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import numpy as np

from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.discovery.neighbour_table import mac_evidence
from camscan.discovery.syn_part import Part, Rows
from camscan.model.coverage import Method, MethodStatus
from camscan.model.status import Status
from camscan.net.answer_reader import Neighbour
from camscan.net.syn_round import Round

PAUSES = (0.3, 0.3, 1.0)
"""Seconds that each pass waits for answers."""
SOON = 0.1
"""Seconds after which those that have answered by then need not wait for the others."""

Send = Callable[[Round, Part], Awaitable[Round]]


class NeighbourSweep:
    """Resolves the on-link parts of a sweep by own frames and emits each MAC as evidence.

    Hosts that do not answer are no hosts: on Ethernet nothing reaches who has no MAC.
    """

    name = "arp"

    def __init__(self) -> None:
        self.sent = 0
        self.macs: dict[str, str] = {}

    async def passes(
        self, part: Part, send: Send, *, settle: Callable[[Rows], None]
    ) -> AsyncIterator[Rows]:
        """The rows that answered, twice in each pass; `settle(rows)` gets those that never did."""
        left = part.order
        for pause in PAUSES:
            if not len(left):
                break
            one = await send(Round(targets=part.arrays, rows=left, port=0), part)
            self.sent += one.sent
            soon = min(SOON, pause)
            for wait in (soon, pause - soon):
                await asyncio.sleep(wait)
                has = part.arrays.macs[left].any(axis=1)
                yield left[has]
                left = left[~has]
        if len(left):
            settle(left)

    def heard(
        self,
        ctx: DiscoveryContext,
        said: Neighbour,
        part: Part,
        row: int,
        emit: Callable[[Sighting], None],
    ) -> None:
        """Keep the first MAC that an address says, and emit it."""
        address = part.text(row)
        if address in self.macs:
            return
        self.macs[address] = said.mac
        octets = bytes.fromhex(said.mac.replace(":", ""))
        part.arrays.macs[row] = np.frombuffer(octets, dtype=np.uint8)
        emit(
            Sighting(
                address=address,
                port=None,
                transport="link",
                status=Status.OK,
                method=self.name,
                at=ctx.now(),
                evidence=mac_evidence(ctx, address, said.mac, method=self.name),
            )
        )

    def method(self) -> Method:
        """What it did; the silent are counted as asked."""
        return Method(
            name=self.name,
            status=MethodStatus.DONE,
            sent=self.sent,
            answered=len(self.macs),
        )
