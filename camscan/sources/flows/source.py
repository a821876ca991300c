"""What a reader of flows is, and what one reading of several sources shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo
from typing import Protocol

from camscan.model.coverage import Skip
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.source_file import SourceFile

FirstBytes = Callable[[str, int | None, bytes, int | None], str | None]
"""Which P2P library a payload begins: transport, the peer's port, the first 16 bytes, the whole
length (None: unknown); gives the library's id or None."""


class Reading:
    """One reading: what is kept, the names that all sources share, a ledger for each source.

    `zone` is that of times in logs that name none.
    """

    def __init__(
        self, keep: Keep, zone: tzinfo = UTC, first_bytes: FirstBytes | None = None
    ) -> None:
        self.keep = keep
        self.zone = zone
        self.first_bytes = first_bytes
        self.names = NameTable()
        self.ledgers: list[FlowLedger] = []
        self.passed_over: list[Skip] = []

    def ledger(self, label: str, *, unit: str = "records") -> FlowLedger:
        """A new ledger. Flows of one ledger add up, those of different ones are compared: the same
        connection in two is counted once. A label that is taken gets a number."""
        taken = {ledger.label for ledger in self.ledgers}
        number, unique = 1, label
        while unique in taken:
            number += 1
            unique = f"{label} {number}"
        made = FlowLedger(unique, self.keep, self.names, unit=unit)
        self.ledgers.append(made)
        return made

    def pass_over(self, path: str, reason: str) -> None:
        """A file that stands beside the sources and is none."""
        self.passed_over.append(Skip(subject=path, what="file", reason=reason))


class FlowSource(Protocol):
    """What a module that reads flows has: `NAME` as reports print it, and two functions."""

    NAME: str

    def sniff(self, head: bytes) -> bool:
        """Whether a file is of this format, by its first bytes (64 KiB of them, unpacked)."""

    def read(self, files: Sequence[SourceFile], reading: Reading) -> None:
        """Read all files of the format; `-` is standard input. What cannot be read is told to the
        ledger; SourceError when a file cannot be opened."""
