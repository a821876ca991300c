"""Everything one host is asked, one probe after the other, within its bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from camscan.model.coverage import Skip
from camscan.model.status import Status
from camscan.probes.banner import BannerProbe
from camscan.probes.http import HttpProbe
from camscan.probes.interface import Emit, Probe, ProbeResult
from camscan.probes.onvif import MAX_DOORS, OnvifProbe, doors
from camscan.probes.patience import Patience
from camscan.probes.plan import Ask, service_port
from camscan.probes.rtsp import RtspProbe
from camscan.probes.upnp import UpnpProbe, descriptions

if TYPE_CHECKING:
    from camscan.probes.context import ProbeContext

FAILURES = 2
"""Connections in a row that the host did not take before it is left alone."""

GAPS = 40
"""Gaps between the probes of one host that are granted on top of its time."""

_RANK = {Ask.HTTPS: 0, Ask.HTTP: 1, Ask.RTSP: 2, Ask.RTSPS: 2, Ask.LISTEN: 3}
_PROBES: dict[Ask, Probe] = {
    Ask.HTTP: HttpProbe(tls=False),
    Ask.HTTPS: HttpProbe(tls=True),
    Ask.RTSP: RtspProbe(tls=False),
    Ask.RTSPS: RtspProbe(tls=True),
    Ask.LISTEN: BannerProbe(),
}

PortQueue = asyncio.Queue["int | None"]


class HostEnd(StrEnum):
    """How the probing of one host ended."""

    DONE = "done"
    LEFT_ALONE = "left alone"
    OUT_OF_TIME = "out of time"


class Leads(Protocol):
    """Where else a host is asked, as its answers to inquiries say; waits until they have come."""

    async def xaddrs(self, *, last: bool) -> Sequence[str]:
        """Addresses of WS-Discovery: as soon as there is one, or with `last` all there will be."""
        ...

    async def locations(self) -> Sequence[str]:
        """URLs of SSDP: all there will be."""
        ...


class NoLeads:
    """Nothing answered."""

    async def xaddrs(self, *, last: bool) -> Sequence[str]:
        """None."""
        return ()

    async def locations(self) -> Sequence[str]:
        """None."""
        return ()


async def probe_host(
    ctx: ProbeContext,
    address: str,
    ports: PortQueue,
    *,
    on_evidence: Emit,
    on_skip: Callable[[Skip], None],
    on_service: Callable[[int, str], None] | None = None,
    leads: Leads | None = None,
) -> HostEnd:
    """Probe the open ports of `address` as they arrive on `ports`; None ends the list.

    TLS and web ports go before RTSP, RTSP before ports that are only listened to; ONVIF comes
    once, at the end of the list, on what WS-Discovery (`leads`) and the answers point to, and last
    the descriptions that SSDP names. A port that comes after the end of the list is probed as
    long as the host still waits for something.
    Evidence leaves through `on_evidence` as it is seen, so a cancelled host loses nothing.
    """
    host = _Host(ctx, address, on_evidence, on_skip, on_service)
    try:
        await host.run(ports, leads or NoLeads())
    except _Stop as stop:
        on_skip(Skip(subject=address, what="probes", reason=stop.reason))
        return stop.end
    return HostEnd.DONE


class _Stop(Exception):  # noqa: N818 - a way out, not an error
    """The host gets no further probe."""

    def __init__(self, end: HostEnd, reason: str) -> None:
        super().__init__(reason)
        self.end = end
        self.reason = reason


class _Host:
    """The state of one host while it is probed."""

    def __init__(
        self,
        ctx: ProbeContext,
        address: str,
        on_evidence: Emit,
        on_skip: Callable[[Skip], None],
        on_service: Callable[[int, str], None] | None,
    ) -> None:
        self._ctx = replace(ctx, patience=Patience())
        self._address = address
        self._on_evidence = on_evidence
        self._on_skip = on_skip
        self._on_service = on_service
        self._waiting: list[int] = []
        self._seen: set[int] = set()
        self._reached: dict[int, str | None] = {}
        self._failures = 0
        self._left = ctx.host_seconds + GAPS * ctx.profile.probe_gap

    async def run(self, ports: PortQueue, leads: Leads) -> None:
        """Probe until the list ends; raises _Stop."""
        await self._ports(ports)
        await self._onvif(ports, leads)
        locations = await leads.locations()
        await self._late(ports)
        await self._upnp(locations)

    async def _ports(self, ports: PortQueue) -> None:
        """Every port until the list ends."""
        ended = False
        while not ended or self._waiting:
            if not ended:
                ended = await self._take(ports)
            if self._waiting:
                port = min(self._waiting, key=_rank)
                self._waiting.remove(port)
                await self._port(port)

    async def _late(self, ports: PortQueue) -> None:
        """Ports that were found after the end of the list."""
        if not ports.empty():
            ports.put_nowait(None)
            await self._ports(ports)

    async def _take(self, ports: PortQueue) -> bool:
        """Move what arrived into the waiting list, waiting only when it is empty."""
        while not self._waiting or not ports.empty():
            port = await ports.get()
            if port is None:
                return True
            if port not in self._seen:
                self._seen.add(port)
                if service_port(port).ask is not Ask.NOTHING:
                    self._waiting.append(port)
        return False

    async def _port(self, port: int) -> None:
        probe = _PROBES[service_port(port).ask]
        result = await self._bounded(probe, port)
        self._reached[port] = result.service
        if not result.reached:
            del self._reached[port]

    async def _onvif(self, ports: PortQueue, leads: Leads) -> None:
        """ONVIF on the likeliest doors, until one opens; at most four in all."""
        tried: set[int] = set()
        for last in (False, True):
            xaddrs = await leads.xaddrs(last=last)
            await self._late(ports)
            for door in doors(self._address, xaddrs, self._reached):
                if door.port in tried or len(tried) >= MAX_DOORS:
                    continue
                tried.add(door.port)
                result = await self._bounded(OnvifProbe(door), door.port)
                if result.service is not None:
                    return

    async def _upnp(self, locations: Sequence[str]) -> None:
        """The descriptions that lie on this very address."""
        found, skips = descriptions(self._address, locations)
        for skip in skips:
            self._on_skip(skip)
        for description in found:
            await self._bounded(UpnpProbe(description), description.port)

    async def _bounded(self, probe: Probe, port: int) -> ProbeResult:
        """One probe within the host's time; counts connections that the host did not take."""
        async with self._ctx.gate:
            loop = asyncio.get_running_loop()
            began = loop.time()
            try:
                async with asyncio.timeout(self._left):
                    result = await probe.run(self._ctx, self._address, port, emit=self._on_evidence)
            except TimeoutError:
                raise _Stop(
                    HostEnd.OUT_OF_TIME,
                    f"the {self._ctx.host_seconds:g} s for one host were used up at "
                    f"{probe.name} on port {port}{self._rest()}",
                ) from None
            self._left -= loop.time() - began
        for skip in result.skips:
            self._on_skip(skip)
        if result.service is not None and self._on_service is not None:
            self._on_service(port, result.service)
        self._count(result, port)
        return result

    def _count(self, result: ProbeResult, port: int) -> None:
        self._failures = 0 if result.reached else self._failures + 1
        if self._failures < FAILURES and result.status is not Status.OUT_OF_SCOPE:
            return
        what = (
            "out of scope"
            if result.status is Status.OUT_OF_SCOPE
            else f"left alone: stopped answering ({result.status} on port {port})"
        )
        raise _Stop(HostEnd.LEFT_ALONE, f"{what}{self._rest()}")

    def _rest(self) -> str:
        """What was not asked, in words."""
        if not self._waiting:
            return ""
        return f"; not probed: {', '.join(str(port) for port in sorted(self._waiting))}"


def _rank(port: int) -> tuple[int, bool, int]:
    """Ports that may be something else come after their kind: by then it is known how fast the
    host answers."""
    service = service_port(port)
    return _RANK[service.ask], service.shared, port
