"""RTSP: OPTIONS, then one DESCRIBE of `/`; never a stream, a path list or a login (RFC 2326)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from camscan.model.status import Status
from camscan.probes.interface import Emit, Notes, ProbeResult
from camscan.probes.tls import note_certificate
from camscan.protocols import rtsp
from camscan.protocols.decoded import Malformed

if TYPE_CHECKING:
    from camscan.net.connection import Connection
    from camscan.probes.context import ProbeContext

_RECONNECT = (Status.CLOSED, Status.MALFORMED)


class RtspProbe:
    """Two requests on one connection; one reconnect when the device closes between them.

    A device that is silent to OPTIONS gets no DESCRIBE: routers take connections on 554 and
    never answer, and a late answer would be read as that of the second request.
    """

    def __init__(self, *, tls: bool) -> None:
        self._tls = tls
        self.name = "rtsps" if tls else "rtsp"

    async def run(
        self, ctx: ProbeContext, address: str, port: int, *, emit: Emit | None = None
    ) -> ProbeResult:
        """Ask `port`; AUTH_REQUIRED when the device wants a login, which is its usual answer."""
        notes = Notes(address, port, self.name, ctx.now, emit)
        first = await ctx.dialer.open(
            address, port, query=f"{self.name} OPTIONS, DESCRIBE", tls=self._tls
        )
        if isinstance(first, Status):
            reached = self._tls and first in (Status.MALFORMED, Status.CLOSED)
            return ProbeResult(status=first, reached=reached)
        async with first as connection:
            note_certificate(notes, connection.peer_certificate)
            options, status = await _ask(connection, rtsp.options_request(address, port))
            found = _note(notes, options)
            if found is Status.MALFORMED:
                return ProbeResult(evidence=notes.evidence, status=found if options else status)
            describe, status = await _ask(connection, rtsp.describe_request(address, port))
        if not describe and status in _RECONNECT:
            describe = await self._again(ctx, address, port)
        second = _note(notes, describe)
        service = self.name if any(e.field == "rtsp.status" for e in notes.evidence) else "http"
        ended = second if second is not Status.MALFORMED else found
        return ProbeResult(evidence=notes.evidence, status=ended, service=service)

    async def _again(self, ctx: ProbeContext, address: str, port: int) -> bytes:
        """DESCRIBE on a connection of its own."""
        opened = await ctx.dialer.open(address, port, query=f"{self.name} DESCRIBE", tls=self._tls)
        if isinstance(opened, Status):
            return b""
        async with opened as connection:
            describe, _ = await _ask(connection, rtsp.describe_request(address, port))
        return describe


async def _ask(connection: Connection, request: bytes) -> tuple[bytes, Status]:
    """One request and its whole answer."""
    status = await connection.send(request)
    if status is not Status.OK:
        return b"", status
    return await connection.receive(until=rtsp_complete)


def rtsp_complete(data: bytes) -> bool:
    """True when `data` holds a head and the body that its Content-Length promises."""
    end, skip = data.find(b"\r\n\r\n"), 4
    if end < 0:
        end, skip = data.find(b"\n\n"), 2
    if end < 0:
        return False
    answer = rtsp.parse_response(data)
    if isinstance(answer, Malformed):
        return False
    declared = (answer.head.first("content-length") or "0").strip()
    if not (declared.isascii() and declared.isdigit() and len(declared) < 9):
        return True
    return len(data) >= end + skip + int(declared)


def _note(notes: Notes, answer: bytes) -> Status:
    decoded = rtsp.decode(answer)
    notes.extend(decoded.fields)
    return decoded.status
