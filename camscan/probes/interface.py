"""What a probe is and what it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from camscan.model.coverage import Skip
from camscan.model.evidence import Evidence
from camscan.model.status import Status

if TYPE_CHECKING:
    from camscan.probes.context import ProbeContext

Emit = Callable[[Evidence], None]


class ProbeResult(Struct, frozen=True, kw_only=True):
    """The end of one probe of one port.

    `reached` tells a TCP connection that came up (whatever was said on it) from a host that did
    not take one: only the second is a sign that the host stopped answering. `service` is the
    protocol that answered (`http`, `https`, `rtsp`, ...), None when nothing was recognised.
    """

    evidence: tuple[Evidence, ...] = ()
    skips: tuple[Skip, ...] = ()
    status: Status
    reached: bool = True
    service: str | None = None


class Probe(Protocol):
    """One protocol asked of one port. `emit` gets each piece of evidence at once, so that an
    interrupted probe loses nothing; the same evidence stands in the result."""

    name: str

    async def run(
        self, ctx: ProbeContext, address: str, port: int, *, emit: Emit | None = None
    ) -> ProbeResult:
        """Ask `port` of `address`; remote faults are the result's status."""
        ...


class Notes:
    """Evidence of one probe as it grows: each field and value once, emitted at once."""

    def __init__(
        self,
        address: str,
        port: int,
        method: str,
        now: Callable[[], datetime],
        emit: Emit | None = None,
    ) -> None:
        self._address = address
        self._port = port
        self._method = method
        self._now = now
        self._emit = emit
        self._seen: dict[tuple[str, str], Evidence] = {}

    def add(self, field: str, value: str) -> None:
        """Note one field unless it is empty or already noted."""
        if not value or (field, value) in self._seen:
            return
        evidence = Evidence(
            target=self._address,
            field=field,
            value=value,
            method=self._method,
            port=self._port,
            transport="tcp",
            at=self._now(),
        )
        self._seen[field, value] = evidence
        if self._emit is not None:
            self._emit(evidence)

    def extend(self, fields: Iterable[tuple[str, str]]) -> None:
        """Note several fields in their order."""
        for field, value in fields:
            self.add(field, value)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All that was noted, in order."""
        return tuple(self._seen.values())
