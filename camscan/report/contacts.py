"""Every time that camscan touched an address, for the day somebody says it broke something."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice

from camscan.errors import UsageError
from camscan.model.contact import Contact
from camscan.report.interface import ReportInput

name = "contacts"
summary = "every contact: UTC time, address, port, transport, query (CSV)"

COLUMNS = ("at", "address", "port", "transport", "query")
_ROWS = 4096


def render(source: ReportInput) -> bytes:
    """RFC 4180. Raises UsageError when the run came without its journal."""
    return b"".join(chunks(source))


def chunks(source: ReportInput) -> Iterator[bytes]:
    """The same, a few thousand rows at a time: a /16 has half a million contacts and more."""
    if source.contacts is None:
        raise UsageError("contacts are kept in the journal: name the run by its id or `latest`")
    return _chunks(source.contacts)


def _chunks(contacts: Iterable[Contact]) -> Iterator[bytes]:
    yield _lines([COLUMNS])
    left = iter(contacts)
    while held := list(islice(left, _ROWS)):
        yield _lines([_row(contact) for contact in held])


def _row(contact: Contact) -> tuple[object, ...]:
    at = contact.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return at, contact.address, contact.port, contact.transport, contact.query


def _lines(rows: Iterable[Iterable[object]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode()
