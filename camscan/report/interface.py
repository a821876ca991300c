"""What every report format is: a name and a function from a run to bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, runtime_checkable

from msgspec import Struct

from camscan.model.contact import Contact
from camscan.model.run import Run


class ReportInput(Struct, frozen=True, kw_only=True):
    """One run and what only its journal knows. `contacts` is None when there is no journal;
    each report goes through them from the start."""

    run: Run
    contacts: Iterable[Contact] | None = None
    color: bool = False
    width: int | None = None


class Report(Protocol):
    """One format."""

    name: str
    summary: str

    def render(self, source: ReportInput) -> bytes:
        """The whole report, UTF-8."""


@runtime_checkable
class LongReport(Report, Protocol):
    """A format whose output may not fit into memory."""

    def chunks(self, source: ReportInput) -> Iterator[bytes]:
        """What `render` gives, piece by piece."""
