"""Contacts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from camscan.errors import UsageError
from camscan.model.contact import Contact
from camscan.model.run import Run
from camscan.report import contacts
from camscan.report.interface import ReportInput


def test_every_contact_is_a_row(sample_run: Run) -> None:
    touched = Contact(
        at=datetime(2026, 11, 24, 2, 13, 0, 5000, tzinfo=UTC),
        address="10.1.0.9",
        port=80,
        transport="tcp",
        query="tcp connect",
    )
    text = contacts.render(ReportInput(run=sample_run, contacts=(touched,))).decode()
    assert text.splitlines() == [
        "at,address,port,transport,query",
        "2026-11-24T02:13:00.005Z,10.1.0.9,80,tcp,tcp connect",
    ]


def test_without_a_journal_there_are_none(sample_run: Run) -> None:
    with pytest.raises(UsageError, match="journal"):
        contacts.render(ReportInput(run=sample_run))


def test_many_come_in_pieces(sample_run: Run) -> None:
    at = datetime(2026, 11, 24, 2, 13, tzinfo=UTC)
    made = (
        Contact(at=at, address=f"10.1.{n >> 8}.{n & 255}", port=80, transport="tcp", query="q")
        for n in range(10_000)
    )
    pieces = contacts.chunks(ReportInput(run=sample_run, contacts=made))
    next(pieces)
    assert next(pieces).count(b"\r\n") == 4096
    assert next(made).address.startswith("10.1.16."), "the rest is not read yet"
