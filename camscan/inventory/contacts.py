"""The contacts of a run, one at a time: a large scan makes millions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from camscan.inventory.journal import Record, Touched
from camscan.model.contact import Contact
from camscan.model.contact_round import RoundBegan, RoundEnded, expand

Made = Contact | RoundBegan | RoundEnded
"""One contact, or the records of a round of them."""


class Contacts:
    """May be gone through again and again; `records` gives them, or a journal's, from the start."""

    def __init__(self, records: Callable[[], Iterable[Record | Contact]]) -> None:
        self._records = records

    def __iter__(self) -> Iterator[Contact]:
        return expand(_made(self._records()))


def _made(records: Iterable[Record | Contact]) -> Iterator[Made]:
    for record in records:
        if isinstance(record, Touched):
            yield record.contact
        elif isinstance(record, Contact | RoundBegan | RoundEnded):
            yield record
