"""What a discovery method is, what it is given and what it emits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from camscan.discovery.host_feed import HostFeed
from camscan.model.contact import Contact
from camscan.model.contact_round import RoundBegan, RoundEnded
from camscan.model.coverage import Method, Skip
from camscan.model.evidence import Evidence
from camscan.model.status import Status

if TYPE_CHECKING:
    from camscan.net.dialer import Dialer
    from camscan.net.interface import Interface
    from camscan.net.profile import Profile
    from camscan.scope import Scope


class Sighting(Struct, frozen=True, kw_only=True):
    """An address that answered, or that a link-layer table names.

    `port` and `transport` are those that answered (None: no port, as from an ARP table);
    `status` is OK for an open port or an answer, REFUSED for a host that closed the door;
    `on_scope` False means listed only: such an address is never dialled. `hint` is True when
    the address itself sent nothing in this run (a cached table entry): no proof of life.
    `locations` are URLs of device descriptions on this very address (SSDP).
    """

    address: str
    port: int | None
    transport: str
    status: Status
    method: str
    at: datetime
    evidence: tuple[Evidence, ...] = ()
    on_scope: bool = True
    hint: bool = False
    locations: tuple[str, ...] = ()


Emit = Callable[[Sighting], None]


def utc_now() -> datetime:
    """The time that evidence and sightings carry."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveryContext:
    """Everything a method may use; nothing is global.

    `on_skip` gets what was not checked, `on_contact` every datagram that a method sends (the
    dialer reports its own), and `on_round`, where there is one, two records of each round of a
    sweep in place of a contact for each of its packets; `allow_multicast` holds interfaces
    named by `--multicast`; `hosts` are those that have answered. `on_asked(method, address)` is
    told of each address of a sweep; `asked(query, address)` is True where an earlier part of
    this run asked that.
    """

    scope: Scope
    dialer: Dialer
    profile: Profile
    interfaces: tuple[Interface, ...]
    on_skip: Callable[[Skip], None]
    on_contact: Callable[[Contact], None] | None = None
    on_round: Callable[[RoundBegan | RoundEnded], None] | None = None
    allow_multicast: frozenset[str] = frozenset()
    hosts: HostFeed = field(default_factory=HostFeed)
    on_asked: Callable[[str, str], None] = lambda _method, _address: None
    asked: Callable[[str, str], bool] | None = None
    now: Callable[[], datetime] = utc_now


class Discovery(Protocol):
    """One way to find devices. It emits while it runs and may be cancelled at any await."""

    name: str

    async def run(self, ctx: DiscoveryContext, emit: Callable[[Sighting], None]) -> Method:
        """Find devices; local faults raise, everything else is in the Method."""
        ...
