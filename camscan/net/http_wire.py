"""One HTTP/1.1 request and its answer on one connection, by h11's state machine.

Faults are httpx's exceptions. The answer's bytes stay in the connection, whoever could read them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import h11

from camscan.model.status import Status
from camscan.net.connection import Connection
from camscan.net.lean_httpx import httpx

# Whatever a redirect, a URL or a default may have put there: camscan shows no secret to anybody.
_NEVER_SENT = (b"authorization", b"proxy-authorization", b"cookie")
_MAX_HEAD = 100 * 1024
_SWITCHING = 101


class HttpWire:
    """`status` is OK, or what ended the reading; `fault` the connection's words for it."""

    def __init__(self, connection: Connection) -> None:
        self.status = Status.OK
        self.fault = ""
        self._connection = connection
        self._state = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD)

    async def send(self, request: httpx.Request) -> None:
        """Send all of `request`; a device that stops listening may have answered already."""
        body = await request.aread()
        headers = [(k, v) for k, v in request.headers.raw if k.lower() not in _NEVER_SENT]
        try:
            events: list[h11.Event] = [
                h11.Request(method=request.method, target=request.url.raw_path, headers=headers),
                h11.Data(data=body),
                h11.EndOfMessage(),
            ]
            parts = [self._state.send(event) or b"" for event in events]
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError(str(error)) from error
        await self._connection.send(b"".join(parts))

    async def head(self) -> h11.Response | h11.InformationalResponse:
        """The head of the answer; other informational ones before it are passed over."""
        while True:
            event = await self._event()
            if isinstance(event, h11.Response):
                return event
            if isinstance(event, h11.InformationalResponse) and event.status_code == _SWITCHING:
                return event

    async def body(self) -> AsyncIterator[bytes]:
        """The body as it comes."""
        while True:
            event = await self._event()
            if isinstance(event, h11.Data):
                yield bytes(event.data)
            elif isinstance(event, h11.EndOfMessage) or event is h11.PAUSED:
                return

    async def _event(self) -> h11.Event | type[h11.PAUSED]:
        while True:
            try:
                event = self._state.next_event()
                if event is not h11.NEED_DATA:
                    assert not isinstance(event, type) or event is h11.PAUSED
                    return event
                data = await self._read()
                if not data and self._state.their_state is h11.SEND_RESPONSE:
                    raise httpx.RemoteProtocolError("closed without an answer")
                self._state.receive_data(data)
            except h11.RemoteProtocolError as error:
                raise httpx.RemoteProtocolError(str(error)) from error

    async def _read(self) -> bytes:
        """The next bytes; b"" at the end and where the byte bound cuts."""
        data, status = await self._connection.read()
        if status in (Status.OK, Status.CLOSED):
            return data
        self.status = status
        self.fault = self._connection.fault
        if status is Status.TOO_LARGE:
            return b""
        raise httpx.ReadTimeout(status) if status is Status.TIMED_OUT else httpx.ReadError(status)
