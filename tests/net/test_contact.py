from __future__ import annotations

from datetime import UTC, datetime, timedelta

from camscan.model.contact import Contact
from camscan.net.contact import report


def test_a_contact_is_handed_over_with_the_time_in_utc() -> None:
    seen: list[Contact] = []
    report(seen.append, "10.0.0.1", 80, "tcp", "http GET /")
    (contact,) = seen
    assert (contact.address, contact.port, contact.transport, contact.query) == (
        "10.0.0.1",
        80,
        "tcp",
        "http GET /",
    )
    assert contact.at.tzinfo is UTC
    assert datetime.now(UTC) - contact.at < timedelta(seconds=5)


def test_without_a_sink_nothing_happens() -> None:
    report(None, "10.0.0.1", 80, "tcp", "tcp connect")
