"""ONVIF without a login: the PRE_AUTH calls, then one try each of two that need a user.

Order and stopping rules: ONVIF Core access classes. Nothing here sends a Security header.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from camscan.model.status import Status
from camscan.net.http_client import Exchange, fetch, url
from camscan.probes.interface import Emit, Notes, ProbeResult
from camscan.probes.plan import service_port
from camscan.protocols import http, onvif
from camscan.protocols.decoded import Malformed
from camscan.protocols.never import port_permitted, service_path_permitted

if TYPE_CHECKING:
    from camscan.probes.context import ProbeContext

MAX_DOORS = 4
MAX_XADDRS = 8
FAILURES = 2
"""Calls without any answer after which the service is left alone."""

# Without an XAddr: the usual ports first, by how often they carry the device service.
_USUAL = (80, 8000, 8080, 8899, 2020, 443, 888, 8081, 8082, 5000, 10080, 6688)
# These ports exist for ONVIF alone, so silence to GET says nothing.
_DEDICATED = frozenset((888, 2020, 6688, 8899, 10080))
_WEB = ("http", "https")


class Door(Struct, frozen=True):
    """Where a device service may be: `scheme`, `port`, `path` on the host that is probed."""

    scheme: str
    port: int
    path: str


def doors(
    address: str, xaddrs: Sequence[str], reached: Mapping[int, str | None]
) -> tuple[Door, ...]:
    """At most four places to try, best first.

    `xaddrs` are raw WS-Discovery addresses: one that names this very host leads; the port and
    path of another (0.0.0.0, an address behind NAT) serve when that port is open here, or when
    nothing else is known. `reached` maps ports that took a connection to what answered there.
    """
    named, others = _announced(address, xaddrs)
    found = [*named, *(door for door in others if door.port in reached)]
    for port in _USUAL:
        service = reached.get(port)
        if port in reached and (service in _WEB or port in _DEDICATED):
            found.append(Door(_scheme(port, service), port, onvif.DEVICE_PATH))
    if not found:
        found = others[:1]
    unique: dict[int, Door] = {}
    for door in found:
        unique.setdefault(door.port, door)
    return tuple(unique.values())[:MAX_DOORS]


class OnvifProbe:
    """The calls of `onvif.ORDER` at one door.

    Stops at once where no ONVIF is (a page instead of an envelope), after two calls without an
    answer, after two refused PRE_AUTH calls, and at the first refusal of a call that needs a user.
    """

    name = "onvif"

    def __init__(self, door: Door) -> None:
        self._door = door

    async def run(
        self, ctx: ProbeContext, address: str, port: int, *, emit: Emit | None = None
    ) -> ProbeResult:
        """Ask the device service; `port` is the door's."""
        notes = Notes(address, port, self.name, ctx.now, emit)
        ended, reached, present = Status.OK, False, False
        failures = refusals = 0
        for call in onvif.ORDER:
            if refusals and call in onvif.NEEDS_USER:
                break
            exchange = await self._call(ctx, address, call)
            reached = reached or exchange.connection is not None
            response = _read(exchange)
            if response is None:
                ended, failures = exchange.status, failures + 1
                if failures >= FAILURES or not reached:
                    break
                continue
            answer = onvif.parse_answer(response.body)
            refused = response.status == 401
            if not isinstance(answer, Malformed) and answer.is_onvif:
                present = True
                refused = refused or answer.not_authorised
                notes.extend(onvif.fields(answer))
                skew = answer.clock_skew(ctx.now())
                if skew is not None:
                    notes.add("onvif.time_skew", str(round(skew.total_seconds())))
            if refused:
                notes.extend(_challenge(response))
            if not present:
                return ProbeResult(
                    evidence=notes.evidence,
                    status=Status.AUTH_REQUIRED if refused else Status.MALFORMED,
                )
            ended = Status.AUTH_REQUIRED if refused else Status.OK
            refusals += refused
            if refused and (call in onvif.NEEDS_USER or refusals >= FAILURES):
                break
        return ProbeResult(
            evidence=notes.evidence,
            status=ended,
            reached=reached,
            service=self.name if present else None,
        )

    async def _call(self, ctx: ProbeContext, address: str, call: onvif.OnvifCall) -> Exchange:
        return await fetch(
            ctx.http,
            "POST",
            url(self._door.scheme, address, self._door.port, self._door.path),
            address=address,
            query=f"onvif {call}",
            content=onvif.request(call),
            headers={"Content-Type": onvif.CONTENT_TYPE},
        )


def _read(exchange: Exchange) -> http.HttpResponse | None:
    """The answer as httpx or else the lenient codec reads it; None when nothing came."""
    got = exchange.response
    if got is None:
        parsed = http.parse_response(exchange.received)
        return None if isinstance(parsed, Malformed) else parsed
    headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in got.headers.raw]
    return http.build_response(got.status_code, headers, got.content)


def _challenge(response: http.HttpResponse) -> list[tuple[str, str]]:
    """Realm and server of a refusal: the realm is a vendor hint."""
    kept = ("http.www_authenticate", "http.server")
    return [pair for pair in http.fields(response) if pair[0] in kept]


def _announced(address: str, xaddrs: Sequence[str]) -> tuple[list[Door], list[Door]]:
    """Doors of XAddrs that name this host, and those of the others."""
    named: list[Door] = []
    others: list[Door] = []
    own = ipaddress.ip_address(address.partition("%")[0])
    for text in xaddrs[:MAX_XADDRS]:
        try:
            split = urlsplit(text)
            port = split.port or (443 if split.scheme == "https" else 80)
        except ValueError:
            continue
        if split.scheme not in _WEB or not split.hostname or not port_permitted(port):
            continue
        path = split.path if service_path_permitted(split.path) else onvif.DEVICE_PATH
        same = _same_host(own, split.hostname)
        (named if same else others).append(Door(split.scheme, port, path))
    return named, others


def _same_host(own: ipaddress.IPv4Address | ipaddress.IPv6Address, host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]) == own
    except ValueError:
        return False


def _scheme(port: int, service: str | None) -> str:
    if service in _WEB:
        return service or "http"
    return "https" if service_port(port).ask == "https" else "http"
