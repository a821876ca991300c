"""Any other open port: one second of listening, nothing sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from camscan.model.status import Status
from camscan.probes.interface import Emit, Notes, ProbeResult
from camscan.protocols import banner

if TYPE_CHECKING:
    from camscan.probes.context import ProbeContext


class BannerProbe:
    """Notes what a service says by itself: FTP, SSH and Telnet greetings.

    OK with a greeting, MALFORMED with words that nobody knows, NOT_TRIED for silence: most
    protocols wait to be asked, and they are not.
    """

    name = "banner"

    async def run(
        self, ctx: ProbeContext, address: str, port: int, *, emit: Emit | None = None
    ) -> ProbeResult:
        """Listen to `port`."""
        opened = await ctx.dialer.open(address, port, query="listen")
        if isinstance(opened, Status):
            return ProbeResult(status=opened, reached=False)
        async with opened as connection:
            said, status = await connection.receive(timeout=ctx.listen_seconds)
        if not said:
            return ProbeResult(status=Status.NOT_TRIED if status is Status.TIMED_OUT else status)
        decoded = banner.decode_greeting(said)
        notes = Notes(address, port, self.name, ctx.now, emit)
        notes.extend(decoded.fields)
        service = decoded.fields[0][0].partition(".")[0] if decoded.fields else None
        return ProbeResult(evidence=notes.evidence, status=decoded.status, service=service)
