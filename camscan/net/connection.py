"""One TCP connection to one device, bounded in time and bytes."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from types import TracebackType
from typing import Self

from camscan.model.status import Status
from camscan.net.answer_time import answer_seconds
from camscan.net.fault import status_of
from camscan.net.limits import Limits
from camscan.net.tls import TlsLayer, status_of_tls, words

_CHUNK = 65536
# Handshake, certificates and record headers may come on top of max_bytes of content.
_TLS_OVERHEAD = 131072
# A caller that forgot to close must not keep its device busy for ever.
_GRACE = 1.0


class Connection:
    """Made by the dialer; the device stays reserved until `close`.

    `address`, `port`; `received` all plain bytes so far, at most `limits.max_bytes`; `fault` the
    words of the last TLS or socket error. Nothing here raises for what the peer does.
    `patience` bounds the wait for the very first byte; `first_byte` are the seconds that the peer
    took for it.
    """

    def __init__(
        self,
        sock: socket.socket,
        address: str,
        port: int,
        *,
        limits: Limits,
        release: Callable[[], None],
        patience: float | None = None,
    ) -> None:
        self.address = address
        self.port = port
        self.fault = ""
        self.first_byte: float | None = None
        self._sock = sock
        self._limits = limits
        self._release = release
        self._loop = asyncio.get_running_loop()
        self._made = self._loop.time()
        self._deadline = self._made + limits.total_timeout
        self._patient_until = self._deadline if patience is None else self._made + patience
        self._received = bytearray()
        self._wire_bytes = 0
        self._tls: TlsLayer | None = None
        self._certificate: bytes | None = None
        self._closed = False
        self._watch = self._loop.call_at(self._deadline + _GRACE, self._shut)

    @property
    def received(self) -> bytes:
        """Every plain byte received so far: a second parser needs no second request."""
        return bytes(self._received)

    @property
    def peer_certificate(self) -> bytes | None:
        """The peer's certificate as DER, after a TLS handshake."""
        return self._certificate

    @property
    def tls_version(self) -> str | None:
        """`TLSv1` to `TLSv1.3`, None in plain text."""
        return self._tls.version if self._tls else None

    async def send(self, data: bytes) -> Status:
        """Send all of `data`; OK, CLOSED, TIMED_OUT or MALFORMED (TLS broke)."""
        if self._tls is None:
            return await self._send_wire(data)
        try:
            self._tls.write(data)
        except ssl.SSLError as error:
            return self._tls_fault(error)
        return await self._flush()

    async def receive(
        self,
        *,
        until: Callable[[bytes], bool] | None = None,
        timeout: float | None = None,
    ) -> tuple[bytes, Status]:
        """Gather bytes until `until` is true of them or the peer closes.

        `timeout` bounds the whole call; without it each silence is bounded by
        `limits.read_timeout`. The connection's total time and bytes hold in any case. Returns
        what came during this call with OK (`until` true, or closed after data), CLOSED (closed
        without data), TIMED_OUT, TOO_LARGE or MALFORMED.
        """
        whole = None if timeout is None else self._loop.time() + timeout
        data = bytearray()
        while True:
            left = None if whole is None else max(whole - self._loop.time(), 0.0)
            chunk, status = await self.read(timeout=left)
            data += chunk
            if status is not Status.OK:
                if status is Status.CLOSED and data:
                    status = Status.OK
                return bytes(data), status
            if until is not None and until(bytes(data)):
                return bytes(data), Status.OK

    async def read(self, *, timeout: float | None = None) -> tuple[bytes, Status]:
        """The next bytes with OK; b"" with CLOSED, TIMED_OUT, TOO_LARGE or MALFORMED."""
        room = self._limits.max_bytes - len(self._received)
        if room <= 0:
            return b"", Status.TOO_LARGE
        if timeout is None:
            timeout = self._limits.read_timeout
        until = min(self._deadline, self._loop.time() + timeout)
        if self._tls is None:
            chunk, status = await self._read_wire(min(room, _CHUNK), until)
        else:
            chunk, status = await self._read_tls(min(room, _CHUNK), until)
        self._received += chunk
        return chunk, status

    async def start_tls(self, server_name: str | None = None) -> Status:
        """Handshake with the context for old devices; OK or why not (`fault` has the words).

        A failed handshake ends the connection. `server_name` is sent as SNI unless an address.
        """
        until = min(self._deadline, self._loop.time() + self._limits.read_timeout)
        self._tls = layer = TlsLayer(server_name)
        try:
            while not layer.handshake():
                if (status := await self._flush()) is not Status.OK:
                    return status
                chunk, status = await self._read_wire(_CHUNK, until)
                if status is not Status.OK:
                    return status
                layer.feed(chunk)
        except ssl.SSLError as error:
            await self._flush()  # the alert that says why
            return self._tls_fault(error)
        self._certificate = layer.certificate
        return await self._flush()

    async def close(self) -> None:
        """End the connection and let the next one reach the device; may be called again."""
        if not self._closed and self._tls is not None and self._certificate is not None:
            self._tls.finish()
            with contextlib.suppress(OSError):  # the peer is gone, or its window is full
                self._sock.send(self._tls.outgoing())
        self._shut()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _read_tls(self, size: int, until: float) -> tuple[bytes, Status]:
        layer = self._tls
        assert layer is not None
        while True:
            try:
                plain = layer.read(size)
            except ssl.SSLError as error:
                return b"", self._tls_fault(error)
            if plain is not None:
                return plain, Status.OK if plain else Status.CLOSED
            if (status := await self._flush()) is not Status.OK:
                return b"", status  # answers to key updates and renegotiation
            if self._wire_bytes > self._limits.max_bytes + _TLS_OVERHEAD:
                return b"", Status.TOO_LARGE
            chunk, status = await self._read_wire(_CHUNK, until)
            if status not in (Status.OK, Status.CLOSED):
                return b"", status
            layer.feed(chunk)

    async def _read_wire(self, size: int, until: float) -> tuple[bytes, Status]:
        if self._closed:
            return b"", Status.CLOSED
        if self._tls is not None and self._wire_bytes > self._limits.max_bytes + _TLS_OVERHEAD:
            return b"", Status.TOO_LARGE
        if not self._wire_bytes:
            until = min(until, self._patient_until)
        try:
            async with asyncio.timeout_at(until):
                chunk = await self._loop.sock_recv(self._sock, size)
        except OSError as error:  # TimeoutError is one too
            return b"", self._os_fault(error)
        if chunk and not self._wire_bytes:
            told = answer_seconds(self._sock)
            self.first_byte = self._loop.time() - self._made if told is None else told
        self._wire_bytes += len(chunk)
        return chunk, Status.OK if chunk else Status.CLOSED

    async def _send_wire(self, data: bytes) -> Status:
        if self._closed:
            return Status.CLOSED
        try:
            async with asyncio.timeout_at(self._deadline):
                await self._loop.sock_sendall(self._sock, data)
        except OSError as error:
            return self._os_fault(error)
        return Status.OK

    async def _flush(self) -> Status:
        assert self._tls is not None
        data = self._tls.outgoing()
        return await self._send_wire(data) if data else Status.OK

    def _os_fault(self, error: OSError) -> Status:
        self.fault = str(error)
        return Status.CLOSED if self._closed else status_of(error)

    def _tls_fault(self, error: ssl.SSLError) -> Status:
        self.fault = words(error)
        return status_of_tls(error)

    def _shut(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._watch.cancel()
        # A plain close: FIN after all was read, RST when the peer still sends, which stops it.
        self._sock.close()
        self._release()
