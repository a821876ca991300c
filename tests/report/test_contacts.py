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
