"""What every report format is: a name and a function from a run to bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, runtime_checkable

from msgspec import Struct

from camscan.findings.gate import Gate
from camscan.inventory.streamed import Walk
from camscan.model.contact import Contact
from camscan.model.run import Run


class ReportInput(Struct, frozen=True, kw_only=True):
    """One run and what only its journal knows. `contacts` is None when there is no journal;
    each report goes through them from the start. `gate` says which findings make a job fail;
    `inventory` is the path of the run's JSON file, where there is one; `per_site` asks for a sheet
    a site, `allow_empty` lets a run without devices pass."""

    run: Run
    contacts: Iterable[Contact] | None = None
    gate: Gate = Gate()
    inventory: str | None = None
    per_site: bool = False
    allow_empty: bool = False
    color: bool = False
    width: int | None = None


class Report(Protocol):
    """One format."""

    name: str
    summary: str

    def render(self, source: ReportInput) -> bytes:
        """The whole report, UTF-8."""


@runtime_checkable
class AheadReport(Report, Protocol):
    """A format that asks something of all conversations, which may be begun before devices are
    read."""

    ahead: Walk[object]


@runtime_checkable
class LongReport(Report, Protocol):
    """A format whose output may not fit into memory."""

    def chunks(self, source: ReportInput) -> Iterator[bytes]:
        """What `render` gives, piece by piece."""


@runtime_checkable
class OptionalReport(Report, Protocol):
    """A format that needs what not every machine has."""

    def unavailable(self) -> str | None:
        """What is missing here, and what to do about it; None where nothing is."""
