"""Reporting of each contact with an address, for the journal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from camscan.model.contact import Contact

ContactSink = Callable[[Contact], None]


def report(sink: ContactSink | None, address: str, port: int, transport: str, query: str) -> None:
    """Hand one contact of this moment to `sink`, when there is one."""
    if sink is not None:
        sink(
            Contact(
                at=datetime.now(UTC), address=address, port=port, transport=transport, query=query
            )
        )
