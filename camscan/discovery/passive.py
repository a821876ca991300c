"""Passive listening: devices that announce themselves, and nothing is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.discovery.ssdp import is_on
from camscan.model.coverage import Method, MethodStatus, Skip
from camscan.model.evidence import Evidence
from camscan.model.status import Status
from camscan.net.inbox import HeardDatagram, HeardFrame
from camscan.net.listener import Listener
from camscan.sources.frame import FrameReader
from camscan.sources.heard import Heard, HeardBook
from camscan.sources.link import ETHERNET


class Passive:
    """Listens for `seconds` on every wire of this machine, whatever the scope, and sends nothing.

    A NOTIFY of SSDP says where a description lies: the sighting tells it when it is on the
    sender's own address and in scope, and a scan beside which this listens fetches it then.
    Sightings come as they are heard, MAC addresses and what hangs on them at the end (also when
    it is cancelled). Senders outside the scope are listed only.
    """

    name = "passive"

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def run(self, ctx: DiscoveryContext, emit: Callable[[Sighting], None]) -> Method:
        """Listen to the end of the time."""
        ear = _Ear(ctx, emit)
        async with Listener(ctx.interfaces) as listener:
            for name, reason in listener.problems:
                ctx.on_skip(Skip(subject=name, what="passive listening", reason=reason))
            if not listener.listening:
                return Method(name=self.name, status=MethodStatus.SKIPPED, reason=listener.reason)
            try:
                async for item in listener.listen(self._seconds):
                    ear.take(item)
            finally:
                ear.finish()
            reason, dropped = listener.reason, listener.dropped
        if dropped:
            reason += f"; {dropped} frames of a flood not read"
        return Method(
            name=self.name, status=MethodStatus.DONE, answered=len(ear.heard), reason=reason
        )


class _Ear:
    """From what is heard to sightings."""

    def __init__(self, ctx: DiscoveryContext, emit: Callable[[Sighting], None]) -> None:
        self._ctx = ctx
        self._emit = emit
        self._book = HeardBook(self._sight)
        self._readers: dict[str, FrameReader] = {}
        self.heard: set[str] = set()

    def take(self, item: HeardFrame | HeardDatagram) -> None:
        """Read one frame or datagram."""
        if isinstance(item, HeardFrame):
            size = len(item.data)
            self._reader(item.interface).read((item.at, ETHERNET, item.data, 0, size, size))
        else:
            self._reader("").datagram(item.source, item.source_port, item.port, item.data, item.at)

    def finish(self) -> None:
        """Tell MAC addresses, and what was not read."""
        for name, reader in self._readers.items():
            reader.finish()
            for skip in reader.skips(name or "passive listening"):
                self._ctx.on_skip(skip)
        self._book.finish()
        for what, reason in self._book.notes:
            self._ctx.on_skip(Skip(subject="passive listening", what=what, reason=reason))
        outside = sum(not self._ctx.scope.permits(address) for address in self.heard)
        if outside:
            reason = f"{outside} senders outside the scope: listed, never contacted"
            self._ctx.on_skip(
                Skip(subject="passive listening", what="senders elsewhere", reason=reason)
            )

    def _reader(self, interface: str) -> FrameReader:
        """One reader an interface: fragments and zones are of a link."""
        reader = self._readers.get(interface)
        if reader is None:
            reader = self._readers[interface] = FrameReader(self._book, interface)
        return reader

    def _sight(self, heard: Heard) -> None:
        self.heard.add(heard.address)
        at = datetime.fromtimestamp(heard.at, UTC)
        on_scope = self._ctx.scope.permits(heard.address)
        own = heard.location is not None and is_on(heard.address, heard.location)
        self._emit(
            Sighting(
                address=heard.address,
                port=heard.port,
                transport=heard.transport,
                status=Status.OK,
                method=Passive.name,
                at=at,
                evidence=tuple(
                    Evidence(
                        target=heard.address,
                        field=field,
                        value=value,
                        method=heard.protocol,
                        port=heard.port,
                        transport=heard.transport,
                        at=at,
                    )
                    for field, value in heard.fields
                ),
                on_scope=on_scope,
                locations=(heard.location,) if on_scope and own and heard.location else (),
            )
        )
