"""The UPnP description of a device: where its own SSDP answer says that it lies, one GET."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from camscan.model.coverage import Skip
from camscan.model.status import Status
from camscan.net.http_client import fetch, url
from camscan.probes.interface import Emit, Notes, ProbeResult
from camscan.protocols import upnp
from camscan.protocols.never import description_path_permitted, port_permitted

if TYPE_CHECKING:
    from camscan.probes.context import ProbeContext

MAX_DESCRIPTIONS = 2


class Description(Struct, frozen=True):
    """Where a description lies on the host that is probed."""

    port: int
    path: str


def descriptions(
    address: str, locations: Sequence[str]
) -> tuple[tuple[Description, ...], tuple[Skip, ...]]:
    """At most two of `locations` to fetch, and why the others are not.

    The host part is not read: only URLs on the very address that sent them come here, and that
    address is dialled.
    """
    found: dict[Description, None] = {}
    skips: list[Skip] = []
    for location in locations:
        try:
            split = urlsplit(location)
            port = split.port or 80
        except ValueError:
            continue
        path = split.path or "/"
        if split.query or not description_path_permitted(path) or not port_permitted(port):
            skips.append(
                Skip(
                    subject=address,
                    what="upnp description",
                    reason=f"{path[:80]!r} on port {port} is no plain path of a description",
                )
            )
        else:
            found[Description(port, path)] = None
    return tuple(found)[:MAX_DESCRIPTIONS], tuple(skips)


class UpnpProbe:
    """GET of one description; no redirect is followed."""

    name = "upnp"

    def __init__(self, description: Description) -> None:
        self._description = description

    async def run(
        self, ctx: ProbeContext, address: str, port: int, *, emit: Emit | None = None
    ) -> ProbeResult:
        """Fetch and read it; `port` is the description's."""
        notes = Notes(address, port, self.name, ctx.now, emit)
        target = url("http", address, port, self._description.path)
        exchange = await fetch(ctx.http, "GET", target, address=address, query="upnp description")
        decoded = upnp.decode(exchange.received)
        if exchange.response is not None:
            decoded = upnp.decode(exchange.response.content)
        notes.extend(decoded.fields)
        reached = exchange.connection is not None
        status = exchange.status if not reached else decoded.status
        return ProbeResult(
            evidence=notes.evidence,
            status=status,
            reached=reached,
            service=self.name if decoded.status is Status.OK else None,
        )
