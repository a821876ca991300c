"""Loopback devices for probes: each test says what its device answers, byte by byte."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from camscan.model.contact import Contact
from camscan.net.dialer import Dialer
from camscan.net.limits import Limits
from camscan.net.profile import PROFILES
from camscan.probes.context import ProbeContext, build_context
from camscan.scope import build_scope

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
NOW = datetime(2026, 11, 24, 3, 0, 0, tzinfo=UTC)


class Device:
    """A server on a loopback address that keeps the requests it got."""

    def __init__(self) -> None:
        self.port = 0
        self.visits = 0
        self.requests: list[bytes] = []

    @property
    def lines(self) -> list[str]:
        """First line of each request."""
        return [request.split(b"\r\n")[0].decode("latin-1") for request in self.requests]


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """One request with the body that its Content-Length promises."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return head + await reader.readexactly(int(line.split(b":")[1]))
    return head


@contextlib.asynccontextmanager
async def serve(
    handler: Handler, host: str = "127.77.0.1", port: int = 0, **options: Any
) -> AsyncIterator[Device]:
    """A raw TCP device for the time of the block."""
    device = Device()
    tasks: set[asyncio.Task[None]] = set()

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        device.visits += 1
        try:
            await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            return
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(visit, host, port, **options)
    device.port = server.sockets[0].getsockname()[1]
    try:
        yield device
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def answering(
    answer: Callable[[bytes], bytes | None] | bytes, host: str = "127.77.0.1", **options: Any
) -> AsyncIterator[Device]:
    """A device that answers each request of a connection; None closes without a word."""
    holder: list[Device] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            request = await read_request(reader)
            holder[0].requests.append(request)
            reply = answer(request) if callable(answer) else answer
            if reply is None:
                return
            writer.write(reply)
            await writer.drain()
            if not request.startswith((b"OPTIONS", b"DESCRIBE")):
                return

    async with serve(handler, host, **options) as device:
        holder.append(device)
        yield device


def page(
    body: str, *, status: str = "200 OK", headers: tuple[str, ...] = (), server: str = "Webs"
) -> bytes:
    """A clean HTTP answer."""
    data = body.encode()
    head = [f"HTTP/1.1 {status}", f"Server: {server}", f"Content-Length: {len(data)}", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + data


@pytest.fixture(name="serve")
def serve_fixture() -> Callable[..., contextlib.AbstractAsyncContextManager[Device]]:
    return serve


@pytest.fixture(name="answering")
def answering_fixture() -> Callable[..., contextlib.AbstractAsyncContextManager[Device]]:
    return answering


@pytest.fixture(name="page")
def page_fixture() -> Callable[..., bytes]:
    return page


class Bench:
    """A probe context on loopback, and every contact it made."""

    def __init__(self) -> None:
        self.contacts: list[Contact] = []
        self._contexts: list[ProbeContext] = []

    @contextlib.asynccontextmanager
    async def context(
        self,
        *,
        targets: tuple[str, ...] = ("127.0.0.0/8",),
        swept: frozenset[int] = frozenset(),
        host_seconds: float = 60.0,
        **limits: Any,
    ) -> AsyncIterator[ProbeContext]:
        """A context with short limits, closed at the end of the block."""
        chosen = {"connect_timeout": 0.5, "read_timeout": 0.5, "total_timeout": 2.0} | limits
        profile = PROFILES["thorough"]
        dialer = Dialer(
            build_scope(targets),
            limits=Limits(**chosen),
            profile=profile,
            on_contact=self.contacts.append,
        )
        ctx = build_context(
            dialer,
            profile=profile,
            limits=Limits(**chosen),
            swept=swept,
            host_seconds=host_seconds,
            now=lambda: NOW,
        )
        try:
            yield ctx
        finally:
            await ctx.aclose()

    @property
    def queries(self) -> list[str]:
        """The journal's words, in order."""
        return [contact.query for contact in self.contacts]


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate and its key in one PEM file, as cameras have them."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "192.168.1.64")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=4000))
        .not_valid_after(NOW - timedelta(days=400))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "device.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def tls_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
