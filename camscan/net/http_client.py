"""httpx inside the wall: its only way out is the dialer.

No proxy, no .netrc, no redirect, no cookie, no credential, no look-up of names, one connection
for each request. httpx and httpcore are imported here and nowhere else in net/.
"""

from __future__ import annotations

import contextlib
import ssl
import zlib
from collections.abc import Iterable, Iterator, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore
import httpx

from camscan import __version__
from camscan.model.status import Status
from camscan.net.connection import Connection
from camscan.net.dialer import Dialer
from camscan.net.tls import old_device_context

_EXCHANGE = "camscan.exchange"
# Whatever a redirect, a URL or a default may have put there: camscan shows no secret to anybody.
_NEVER_SENT = (b"authorization", b"proxy-authorization", b"cookie")


class Exchange:
    """One request and what came of it.

    `status` OK, or why there is no whole answer; `response` None when httpx could not read one;
    `received` the raw bytes, also then; `fault` words for the log.
    """

    def __init__(self, *, address: str | None = None, query: str | None = None) -> None:
        self.address = address
        self.query = query
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
    return httpx.AsyncClient(
        transport=DialerTransport(dialer),
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


async def fetch(
    client: httpx.AsyncClient,
    method: str,
    target: str,
    *,
    address: str | None = None,
    query: str | None = None,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Exchange:
    """Send one request; what the device does wrong is in the exchange, never raised.

    `target` is a URL (see `url`); `address` is dialled when it is more than the URL's host can
    say (an IPv6 zone); `query` is the journal's word, by default method and path.
    """
    exchange = Exchange(address=address, query=query)
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
        origin = httpcore.Origin(
            request.url.raw_scheme, request.url.raw_host, request.url.port or _port(request)
        )
        one = httpcore.AsyncHTTPConnection(
            origin,
            ssl_context=old_device_context(),
            network_backend=_Backend(self._dialer, exchange),
        )
        try:
            with _as_httpx_errors():
                answer = await one.handle_async_request(_to_core(request))
            exchange.status = Status.OK
            body = await _body(answer, exchange)
        finally:
            if exchange.connection is not None:
                await exchange.connection.close()
        return _response(answer, body, self._dialer.limits.max_bytes, exchange)


_STREAMS = ("multipart/x-mixed-replace", "video/", "audio/", "application/x-rtsp-tunnelled")
"""Moving pictures and sound: some servers send them for a plain GET / (motion's 8081)."""


async def _body(answer: httpcore.Response, exchange: Exchange) -> bytes:
    """The body, and in `exchange.status` why it is not whole; never that of a stream."""
    content_type = httpx.Headers(answer.headers).get("content-type", "").strip().lower()
    if content_type.startswith(_STREAMS):
        exchange.fault = f"{content_type.partition(';')[0]}: a stream is not read"
        return b""
    body = bytearray()
    try:
        async for chunk in answer.aiter_stream():
            body += chunk
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        exchange.fault = str(error) or type(error).__name__
        if exchange.status is Status.OK:
            exchange.status = _status_of(error, exchange)
    return bytes(body)


def _response(
    answer: httpcore.Response, body: bytes, most: int, exchange: Exchange
) -> httpx.Response:
    """An httpx response of `body`, inflated by us: httpx would inflate a bomb without bound."""
    headers = httpx.Headers(answer.headers)
    coding = headers.get("content-encoding", "").strip().lower()
    plain = _inflate(body, most) if coding in ("gzip", "x-gzip", "deflate") else body
    response = httpx.Response(
        answer.status,
        headers=[(k, v) for k, v in answer.headers if k.lower() != b"content-encoding"],
        content=plain,
        extensions={
            k: v for k, v in answer.extensions.items() if k in ("http_version", "reason_phrase")
        }
        | {_EXCHANGE: exchange},
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


def _to_core(request: httpx.Request) -> httpcore.Request:
    return httpcore.Request(
        request.method,
        httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port or _port(request),
            target=request.url.raw_path,
        ),
        headers=[(k, v) for k, v in request.headers.raw if k.lower() not in _NEVER_SENT],
        content=request.stream,
        extensions={"timeout": request.extensions.get("timeout", {})},
    )


def _port(request: httpx.Request) -> int:
    return 443 if request.url.scheme == "https" else 80


class _Backend(httpcore.AsyncNetworkBackend):
    """httpcore's network: connections of the dialer and nothing else."""

    def __init__(self, dialer: Dialer, exchange: Exchange) -> None:
        self._dialer = dialer
        self._exchange = exchange

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the exchange's address, else to `host`, which must be an address."""
        answer = await self._dialer.open(
            self._exchange.address or host.strip("[]"), port, query=self._exchange.query or "http"
        )
        if isinstance(answer, Status):
            self._exchange.status = answer
            raise httpcore.ConnectError(answer.value)
        self._exchange.connection = answer
        return _Stream(answer, self._exchange)

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Never: a camera is not a file."""
        raise httpcore.ConnectError("not available")

    async def sleep(self, seconds: float) -> None:
        """Never: httpcore sleeps only before a retry, and camscan asks once."""
        raise httpcore.ConnectError("no retries")


class _Stream(httpcore.AsyncNetworkStream):
    """httpcore's view of one connection."""

    def __init__(self, connection: Connection, exchange: Exchange) -> None:
        self._connection = connection
        self._exchange = exchange

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes; b"" at the end and where the byte bound cuts."""
        data, status = await self._connection.read(timeout=timeout)
        if status in (Status.OK, Status.CLOSED):
            return data
        self._exchange.status = status
        self._exchange.fault = self._connection.fault
        if status is Status.TOO_LARGE:
            return b""
        raise _READ_ERRORS.get(status, httpcore.ReadError)(status.value)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of `buffer`."""
        if buffer and (status := await self._connection.send(buffer)) is not Status.OK:
            raise httpcore.WriteError(status.value)

    async def aclose(self) -> None:
        """Close the connection; its bytes stay readable."""
        await self._connection.close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """TLS by the connection itself; `ssl_context` is the same one."""
        status = await self._connection.start_tls(server_hostname)
        if status is not Status.OK:
            self._exchange.status = status
            self._exchange.fault = self._connection.fault
            raise httpcore.ConnectError(f"TLS: {self._connection.fault or status.value}")
        return self

    def get_extra_info(self, info: str) -> Any:
        """Nothing: who wants the connection takes it from the exchange."""
        return None


_READ_ERRORS: dict[Status, type[Exception]] = {Status.TIMED_OUT: httpcore.ReadTimeout}

_TO_HTTPX: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.ReadTimeout, httpx.ReadTimeout),
    (httpcore.TimeoutException, httpx.ReadTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.NetworkError, httpx.ReadError),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
    (httpcore.ProtocolError, httpx.RemoteProtocolError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
)


@contextlib.contextmanager
def _as_httpx_errors() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        for core, ours in _TO_HTTPX:
            if isinstance(error, core):
                raise ours(str(error)) from error
        raise


def _status_of(error: Exception, exchange: Exchange) -> Status:
    if isinstance(error, httpx.TimeoutException | httpcore.TimeoutException):
        return Status.TIMED_OUT
    if isinstance(error, httpx.NetworkError | httpcore.NetworkError):
        return Status.CLOSED
    if isinstance(error, httpx.RemoteProtocolError | httpcore.RemoteProtocolError):
        return Status.MALFORMED if exchange.received else Status.CLOSED
    return Status.NOT_TRIED
