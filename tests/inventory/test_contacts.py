"""The contacts of a run."""

from __future__ import annotations

from array import array
from datetime import UTC, datetime
from pathlib import Path

from camscan.inventory.contacts import Contacts
from camscan.inventory.journal import Answered, Journal, Touched, read_journal
from camscan.model.contact import Contact
from camscan.model.contact_round import RoundBegan, RoundEnded, pack

NOW = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
ONE = Contact(at=NOW, address="10.0.0.9", port=3702, transport="udp", query="wsd probe")
ROUND = (
    RoundBegan(
        id="a-1",
        at=NOW,
        port=80,
        transport="tcp",
        query="tcp syn",
        addresses=("10.0.0.1-10.0.0.3",),
    ),
    RoundEnded(
        id="a-1",
        at=NOW,
        packets=3,
        order=pack(array("I", [0]), array("I", [3]), array("I", [2, 0, 1])),
    ),
)
SWEPT = ["10.0.0.3", "10.0.0.1", "10.0.0.2"]


def test_a_journal_is_read_again_each_time(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with Journal(path) as journal:
        for record in (Answered(address="10.0.0.9"), Touched(contact=ONE), *ROUND):
            journal.append(record)
    found = Contacts(lambda: read_journal(path))
    for _ in range(2):
        assert [contact.address for contact in found] == ["10.0.0.9", *SWEPT]


def test_contacts_in_memory_are_the_same() -> None:
    held = (*ROUND, ONE)
    assert [contact.address for contact in Contacts(lambda: held)] == [*SWEPT, "10.0.0.9"]
