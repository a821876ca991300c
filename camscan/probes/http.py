"""GET `/`, what it redirects to on the same host, and the favicon: nothing else is requested.

httpx reads first; what it refuses as malformed is read again from the same bytes by the lenient
codec, for cameras speak bad HTTP and a second request would not speak better.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from camscan.model.evidence import Evidence
from camscan.model.status import Status
from camscan.net.http_client import Exchange, fetch, url
from camscan.probes.interface import Emit, Notes, ProbeResult
from camscan.probes.plan import service_port
from camscan.probes.tls import note_certificate
from camscan.protocols import favicon, http
from camscan.protocols.never import redirect_target

if TYPE_CHECKING:
    from camscan.probes.context import ProbeContext

MAX_REDIRECTS = 2
_WANTS_TLS = (
    b"plain HTTP request was sent to HTTPS port",  # nginx
    b"Client sent an HTTP request to an HTTPS server",  # Go
    b"speaking plain HTTP to an SSL-enabled server port",  # Apache
)


class Answer(Struct, frozen=True, kw_only=True):
    """One answer as far as it came. `response` is None when nobody could read it; `exhausted`
    when it took all the time that one connection is given."""

    status: Status
    reached: bool
    response: http.HttpResponse | None = None
    raw: bytes = b""
    certificate: bytes | None = None
    exhausted: bool = False


class HttpProbe:
    """One GET of `/`, at most two redirects to plain pages of the same host, one favicon.

    A TLS port that speaks plain HTTP, or the reverse, is asked once more the other way.
    """

    def __init__(self, *, tls: bool) -> None:
        self._scheme = "https" if tls else "http"
        self.name = self._scheme

    async def run(
        self, ctx: ProbeContext, address: str, port: int, *, emit: Emit | None = None
    ) -> ProbeResult:
        """Ask `port`; AUTH_REQUIRED when `/` wants a login."""
        scheme = self._scheme
        answer = await _start_page(ctx, scheme, address, port)
        if _is_other_scheme(answer, scheme):
            scheme = "http" if scheme == "https" else "https"
            other = await _start_page(ctx, scheme, address, port)
            if other.response is None and other.certificate is None:
                scheme = self._scheme
            else:
                answer = other
        notes = Notes(address, port, scheme, ctx.now, emit)
        note_certificate(notes, answer.certificate)
        response = answer.response
        if response is None:
            return ProbeResult(
                evidence=notes.evidence,
                status=answer.status,
                reached=answer.reached,
                service="tls" if answer.certificate is not None else None,
            )
        notes.extend(http.fields(response))
        evidence = notes.evidence
        if response.protocol == "HTTP" and not answer.exhausted:
            evidence = await _Site(ctx, address, port, scheme, notes, emit).visit(response)
        return ProbeResult(
            evidence=evidence,
            status=Status.AUTH_REQUIRED if response.status == 401 else Status.OK,
            service=scheme if response.protocol == "HTTP" else response.protocol.lower(),
        )


class _Site:
    """What follows the start page of one web server."""

    def __init__(
        self,
        ctx: ProbeContext,
        address: str,
        port: int,
        scheme: str,
        notes: Notes,
        emit: Emit | None,
    ) -> None:
        self._ctx = ctx
        self._address = address
        self._port = port
        self._scheme = scheme
        self._notes = notes
        self._emit = emit

    async def visit(self, first: http.HttpResponse) -> tuple[Evidence, ...]:
        """Follow redirects from the start page, then ask for the icon; returns all evidence."""
        evidence: tuple[Evidence, ...] = ()
        response, path, visited = first, "/", {"/"}
        for _ in range(MAX_REDIRECTS):
            target = self._target(response, path, visited)
            if target is None:
                break
            split = urlsplit(target)
            if split.scheme != self._scheme:
                # http to https on 443: a port of its own, with notes of its own.
                evidence = self._notes.evidence
                self._scheme, self._port = split.scheme, split.port or 443
                self._notes = Notes(
                    self._address, self._port, self._scheme, self._ctx.now, self._emit
                )
                visited.clear()
            path = split.path
            visited.add(path)
            answer = await get(self._ctx, self._scheme, self._address, self._port, path)
            note_certificate(self._notes, answer.certificate)
            if answer.response is None or answer.response.protocol != "HTTP":
                break
            response = answer.response
            self._notes.extend(http.fields(response))
        if _may_have_icon(response):
            await self._icon()
        return evidence + self._notes.evidence

    def _target(self, response: http.HttpResponse, path: str, visited: set[str]) -> str | None:
        """The first redirect of `response` that may be followed and was not yet."""
        for location in response.redirects:
            target = redirect_target(
                _authority(self._scheme, self._address, self._port), self._scheme, path, location
            )
            if target is None:
                continue
            split = urlsplit(target)
            if split.scheme != self._scheme:
                if (split.port or 443) not in self._ctx.swept:
                    return target
            elif split.path not in visited:
                return target
        return None

    async def _icon(self) -> None:
        answer = await get(self._ctx, self._scheme, self._address, self._port, "/favicon.ico")
        response = answer.response
        if response is not None and response.status == 200 and answer.status is Status.OK:
            self._notes.extend(favicon.decode(response.body).fields)


async def get(ctx: ProbeContext, scheme: str, address: str, port: int, path: str) -> Answer:
    """One GET by httpx, read leniently when httpx cannot."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    exchange = await fetch(
        ctx.http,
        "GET",
        url(scheme, address, port, path),
        address=address,
        patience=ctx.patience.of(scheme) if service_port(port).shared else None,
    )
    if exchange.connection is not None and exchange.connection.first_byte is not None:
        ctx.patience.note(scheme, exchange.connection.first_byte)
    exhausted = exchange.status is Status.TIMED_OUT and (
        loop.time() - began > ctx.limits.total_timeout * 0.9
    )
    return replace(_answer(exchange), exhausted=exhausted)


async def _start_page(ctx: ProbeContext, scheme: str, address: str, port: int) -> Answer:
    """GET `/`; once more as HTTP/1.0 when the device took the connection and said nothing."""
    answer = await get(ctx, scheme, address, port, "/")
    silent = answer.reached and not answer.raw
    ended = answer.status in (Status.CLOSED, Status.TIMED_OUT)
    handshaken = scheme == "http" or answer.certificate is not None
    if not (silent and ended and handshaken) or service_port(port).shared:
        return answer
    opened = await ctx.dialer.open(
        address, port, query="http GET / (HTTP/1.0)", tls=scheme == "https"
    )
    if isinstance(opened, Status):
        return answer
    async with opened as connection:
        host = _authority(scheme, address, port)
        status = await connection.send(http.get_request(host, "/", version="1.0"))
        if status is Status.OK:
            _, status = await connection.receive(until=_complete)
        return _lenient(status, connection.received, connection.peer_certificate)


def _answer(exchange: Exchange) -> Answer:
    """What httpx read, or else what the lenient codec reads in the same bytes."""
    got = exchange.response
    if got is None:
        answer = _lenient(exchange.status, exchange.received, exchange.peer_certificate)
        return answer if exchange.connection is not None else _unreached(exchange.status)
    headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in got.headers.raw]
    return Answer(
        status=exchange.status,
        reached=True,
        response=http.build_response(
            got.status_code, headers, got.content, reason=got.reason_phrase
        ),
        raw=exchange.received,
        certificate=exchange.peer_certificate,
    )


def _lenient(status: Status, raw: bytes, certificate: bytes | None) -> Answer:
    parsed = http.parse_response(raw)
    return Answer(
        status=status,
        reached=True,
        response=parsed if isinstance(parsed, http.HttpResponse) else None,
        raw=raw,
        certificate=certificate,
    )


def _unreached(status: Status) -> Answer:
    return Answer(status=status, reached=False)


def _is_other_scheme(answer: Answer, scheme: str) -> bool:
    """True when the port plainly speaks the other of http and https."""
    if scheme == "http":
        alert = answer.raw[:2] == b"\x15\x03"  # a TLS alert record
        return alert or any(words in answer.raw for words in _WANTS_TLS)
    return answer.reached and answer.certificate is None and answer.status is Status.MALFORMED


def _may_have_icon(response: http.HttpResponse) -> bool:
    """Pages and login prompts have icons; a SOAP endpoint that refuses GET has none."""
    status = response.status
    return status is not None and (status < 400 or status in (401, 403))


def _complete(raw: bytes) -> bool:
    """True when the body that Content-Length promises is there."""
    head, blank, body = raw.partition(b"\r\n\r\n")
    if not blank:
        return False
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            digits = value.strip()
            return digits.isdigit() and len(digits) < 10 and len(body) >= int(digits)
    return False


def _authority(scheme: str, address: str, port: int) -> str:
    """The host as it is asked: IPv6 in brackets without its zone, the port unless usual."""
    host = address.partition("%")[0]
    host = f"[{host}]" if ":" in host else host
    return host if port == {"http": 80, "https": 443}[scheme] else f"{host}:{port}"
