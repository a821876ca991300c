"""What a scan is asked to do and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec import Struct

from camscan.inventory.journal import Record
from camscan.model.contact import Contact
from camscan.model.coverage import Skip
from camscan.model.device import Port
from camscan.model.evidence import Evidence
from camscan.model.run import Authority, Run
from camscan.net.interface import Interface
from camscan.net.profile import Profile
from camscan.scope import Scope


class ScanRequest(Struct, frozen=True, kw_only=True):
    """What to scan and how. `evidence` is what the files `sources` said, `known_ports`
    the ports that they tell of; `resume` a journal to go
    on from; `nmap` asks it for a second opinion on hosts that stay unknown; `passive` seconds are
    listened beside the scan, and are all there is where nothing is in scope; `vantage` is the
    user's name of the network that it is asked from."""

    run_id: str
    scope: Scope
    ports: tuple[int, ...]
    profile: Profile
    interfaces: tuple[Interface, ...]
    rate: float | None = None
    site: str | None = None
    authority: Authority | None = None
    until: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
    known_ports: tuple[tuple[str, Port], ...] = ()
    sources: tuple[str, ...] = ()
    skips: tuple[Skip, ...] = ()
    resume: tuple[Record, ...] = ()
    resumes: str | None = None
    multicast: frozenset[str] = frozenset()
    nmap: bool = False
    passive: float | None = None
    vantage: str | None = None

    @property
    def only_listens(self) -> bool:
        """True where nothing is in scope: then nothing is sent either."""
        return self.passive is not None and not self.scope.targets


class Progress(Struct, frozen=True, kw_only=True):
    """How far a scan has come: connection attempts, hosts seen and hosts fully asked."""

    attempts: int
    attempts_in_all: int
    hosts: int
    hosts_done: int


class ScanOutcome(Struct, frozen=True, kw_only=True):
    """The run, and whether a person interrupted it (exit code 130).

    `contacts` only where no journal holds them: a large scan makes millions.
    """

    run: Run
    interrupted: bool
    contacts: Iterable[Contact]


OnProgress = Callable[[Progress], None]
OnRecord = Callable[[Record], None]
