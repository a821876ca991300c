"""A run: everything one command learned, in the shape of the contract `camscan.run/1`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType, field

from camscan.model.conversation import Conversation
from camscan.model.coverage import Coverage
from camscan.model.device import Device
from camscan.model.finding import Finding

SCHEMA = "camscan.run/1"


class DataVersion(Struct, frozen=True, kw_only=True):
    """The fingerprint data a run was judged with; `date` is the newest review date in it."""

    version: str
    sha256: str
    date: str


class Tool(Struct, frozen=True, kw_only=True):
    """The program and its data."""

    version: str
    data: DataVersion


class RunStatus(StrEnum):
    """`partial`: interrupted, out of time or cut off; what is there is valid."""

    COMPLETE = "complete"
    PARTIAL = "partial"


class ScopeRecord(Struct, frozen=True, kw_only=True):
    """The effective scope as it was enforced; `vantage` is the user's name of the network that it
    was asked from."""

    targets: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    addresses: int = 0
    allow_public: bool = False
    interfaces: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    profile: str = ""
    sources: tuple[str, ...] = ()
    vantage: str | None = None


class Authority(Struct, frozen=True, kw_only=True):
    """Who allowed the run; None in a run means "authorisation not recorded"."""

    name: str
    reference: str | None = None
    valid_from: str | None = field(name="from", default=None)
    valid_until: str | None = field(name="until", default=None)


class RunInfo(Struct, frozen=True, kw_only=True):
    """When, where and by whose leave."""

    id: str
    started: datetime
    ended: datetime
    status: RunStatus
    site: str | None
    scope: ScopeRecord
    authorised_by: Authority | None


class MergedRun(Struct, frozen=True, kw_only=True):
    """One of the runs that a merged run joins: its own scope, time and coverage."""

    run: RunInfo
    coverage: Coverage


class Run(Struct, frozen=True, kw_only=True):
    """One run. Arrays are never null; an empty one means that nothing was found.

    `conversations` of a large run may stay in the file that it was read from: they are made anew
    each time that they are gone through (camscan/inventory/streamed.py).

    `merged` stands only where `camscan report` joined several runs; `run` and `coverage` then are
    their sums.
    """

    schema: str = SCHEMA
    tool: Tool
    run: RunInfo
    coverage: Coverage
    devices: tuple[Device, ...] = ()
    conversations: Sequence[Conversation] = ()
    findings: tuple[Finding, ...] = ()
    merged: tuple[MergedRun, ...] | UnsetType = UNSET

    @property
    def parts(self) -> tuple[MergedRun, ...]:
        """The runs that this one was merged from, or itself."""
        if self.merged is UNSET:
            return (MergedRun(run=self.run, coverage=self.coverage),)
        return self.merged
