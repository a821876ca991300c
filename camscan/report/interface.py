"""What every report format is: a name and a function from a run to bytes."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from camscan.model.contact import Contact
from camscan.model.run import Run


class ReportInput(Struct, frozen=True, kw_only=True):
    """One run and what only its journal knows. `contacts` is None when there is no journal."""

    run: Run
    contacts: tuple[Contact, ...] | None = None
    color: bool = False
    width: int | None = None


class Report(Protocol):
    """One format."""

    name: str
    summary: str

    def render(self, source: ReportInput) -> bytes:
        """The whole report, UTF-8."""
