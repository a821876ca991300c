"""httpx inside the wall: its only way out is the dialer.

No proxy, no .netrc, no redirect, no cookie, no credential, no look-up of names, one connection
for each request.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import h11

from camscan import __version__
from camscan.model.status import Status
from camscan.net.connection import Connection
from camscan.net.dialer import Dialer
from camscan.net.http_wire import HttpWire
from camscan.net.lean_httpx import httpx

_EXCHANGE = "camscan.exchange"


class Exchange:
    """One request and what came of it.

    `status` OK, or why there is no whole answer; `response` None when httpx could not read one;
    `received` the raw bytes, also then; `fault` words for the log.
    """

    def __init__(
        self,
        *,
        address: str | None = None,
        query: str | None = None,
        patience: float | None = None,
    ) -> None:
        self.address = address
        self.query = query
        self.patience = patience
        self.status = Status.NOT_TRIED
        self.response: httpx.Response | None = None
        self.fault = ""
        self.connection: Connection | None = None

    @property
    def received(self) -> bytes:
        """Every byte that the device sent, at most `limits.max_bytes`."""
        return self.connection.received if self.connection else b""

    @property
    def peer_certificate(self) -> bytes | None:
        """The device's certificate as DER, over https."""
        return self.connection.peer_certificate if self.connection else None

    @property
    def tls_version(self) -> str | None:
        """`TLSv1` to `TLSv1.3`, over https."""
        return self.connection.tls_version if self.connection else None


def url(scheme: str, address: str, port: int, path: str = "/") -> str:
    """The URL of `path` on `address`; the zone of an IPv6 address stays here (RFC 6874)."""
    host = address.partition("%")[0]
    return f"{scheme}://[{host}]:{port}{path}" if ":" in host else f"{scheme}://{host}:{port}{path}"


def http_client(dialer: Dialer) -> httpx.AsyncClient:
    """An httpx client whose every connection is one of `dialer`'s."""
    limits = dialer.limits
    return _Client(
        DialerTransport(dialer),
        trust_env=False,
        follow_redirects=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        headers={
            "User-Agent": f"camscan/{__version__}",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
        },
        timeout=httpx.Timeout(limits.read_timeout, connect=limits.connect_timeout),
    )


class _Client(httpx.AsyncClient):
    """httpx without the turns that are never taken: a request goes to the transport at once, with
    no login, redirect or cookie looked for around it, which costs as much as its answer."""

    def __init__(self, way_out: DialerTransport, **options: Any) -> None:
        super().__init__(transport=way_out, **options)
        self._way_out = way_out

    async def send(self, request: httpx.Request, **_: Any) -> httpx.Response:
        """The answer of the transport, which has been read."""
        response = await self._way_out.handle_async_request(request)
        response.request = request
        return response


async def fetch(
    client: httpx.AsyncClient,
    method: str,
    target: str,
    *,
    address: str | None = None,
    query: str | None = None,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    patience: float | None = None,
) -> Exchange:
    """Send one request; what the device does wrong is in the exchange, never raised.

    `target` is a URL (see `url`); `address` is dialled when it is more than the URL's host can
    say (an IPv6 zone); `query` is the journal's word, by default method and path; `patience`
    bounds the wait for the first byte.
    """
    exchange = Exchange(address=address, query=query, patience=patience)
    try:
        exchange.response = await client.request(
            method, target, content=content, headers=headers, extensions={_EXCHANGE: exchange}
        )
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        exchange.fault = exchange.fault or str(error) or type(error).__name__
        if exchange.status in (Status.OK, Status.NOT_TRIED):
            exchange.status = _status_of(error, exchange)
    return exchange


class DialerTransport(httpx.AsyncBaseTransport):
    """Sends each request over a fresh connection and reads the whole, bounded answer."""

    def __init__(self, dialer: Dialer) -> None:
        self._dialer = dialer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, one connection. A body that was cut is returned as far as it came."""
        given = request.extensions.get(_EXCHANGE)
        exchange = given if isinstance(given, Exchange) else Exchange()
        if request.url.scheme not in ("http", "https") or not request.url.raw_host:
            raise httpx.UnsupportedProtocol("only http and https URLs with a host are fetched")
        if exchange.query is None:
            exchange.query = f"http {request.method} {request.url.path}"
        connection = await self._connect(request, exchange, exchange.query)
        wire = HttpWire(connection)
        try:
            await wire.send(request)
            head = await wire.head()
            exchange.status = Status.OK
            body = await _body(head, wire, exchange)
        except httpx.TransportError:
            if wire.status is not Status.OK:
                exchange.status, exchange.fault = wire.status, wire.fault
            raise
        finally:
            await connection.close()
        return _response(head, body, self._dialer.limits.max_bytes, exchange)

    async def _connect(self, request: httpx.Request, exchange: Exchange, query: str) -> Connection:
        """A connection to the exchange's address, else to the URL's host, an address itself."""
        host = request.url.raw_host.decode("ascii")
        tls = request.url.scheme == "https"
        port = request.url.port or (443 if tls else 80)
        answer = await self._dialer.open(
            exchange.address or host.strip("[]"), port, query=query, patience=exchange.patience
        )
        if isinstance(answer, Status):
            exchange.status = answer
            raise httpx.ConnectError(answer.value)
        exchange.connection = answer
        if not tls:
            return answer
        try:
            status = await answer.start_tls(host)
        except BaseException:
            await answer.close()
            raise
        if status is not Status.OK:
            await answer.close()
            exchange.status, exchange.fault = status, answer.fault
            raise httpx.ConnectError(f"TLS: {answer.fault or status.value}")
        return answer


_STREAMS = ("multipart/x-mixed-replace", "video/", "audio/", "application/x-rtsp-tunnelled")
"""Moving pictures and sound: some servers send them for a plain GET / (motion's 8081)."""


async def _body(
    head: h11.Response | h11.InformationalResponse, wire: HttpWire, exchange: Exchange
) -> bytes:
    """The body, and in `exchange.status` why it is not whole; never that of a stream."""
    content_type = httpx.Headers(head.headers.raw_items()).get("content-type", "").strip().lower()
    if content_type.startswith(_STREAMS):
        exchange.fault = f"{content_type.partition(';')[0]}: a stream is not read"
        return b""
    body = bytearray()
    try:
        async for chunk in wire.body():
            body += chunk
    except httpx.TransportError as error:
        exchange.fault = wire.fault or str(error)
        exchange.status = _status_of(error, exchange)
    if wire.status is not Status.OK:
        exchange.status = wire.status
    return bytes(body)


def _response(
    head: h11.Response | h11.InformationalResponse, body: bytes, most: int, exchange: Exchange
) -> httpx.Response:
    """An httpx response of `body`, inflated by us: httpx would inflate a bomb without bound."""
    items = head.headers.raw_items()
    headers = httpx.Headers(items)
    coding = headers.get("content-encoding", "").strip().lower()
    plain = _inflate(body, most) if coding in ("gzip", "x-gzip", "deflate") else body
    response = httpx.Response(
        head.status_code,
        headers=[(k, v) for k, v in items if k.lower() != b"content-encoding"],
        content=plain,
        extensions={
            "http_version": b"HTTP/" + head.http_version,
            "reason_phrase": head.reason,
            _EXCHANGE: exchange,
        },
    )
    response.headers = headers
    return response


def _inflate(body: bytes, most: int) -> bytes:
    """At most `most` bytes of a gzip, zlib or raw deflate body; the body itself if it is none."""
    for bits in (47, -15):  # gzip or zlib by header; raw, as some servers mean by deflate
        decoder = zlib.decompressobj(bits)
        try:
            return decoder.decompress(body, most)
        except zlib.error:
            continue
    return body


def _status_of(error: Exception, exchange: Exchange) -> Status:
    if isinstance(error, httpx.TimeoutException):
        return Status.TIMED_OUT
    if isinstance(error, httpx.NetworkError):
        return Status.CLOSED
    if isinstance(error, httpx.RemoteProtocolError):
        return Status.MALFORMED if exchange.received else Status.CLOSED
    return Status.NOT_TRIED
