"""Every time that camscan touched an address, for the day somebody says it broke something."""

from __future__ import annotations

import csv
import io

from camscan.errors import UsageError
from camscan.report.interface import ReportInput

name = "contacts"
summary = "every contact: UTC time, address, port, transport, query (CSV)"


def render(source: ReportInput) -> bytes:
    """RFC 4180, in order of time. Raises UsageError when the run came without its journal."""
    if source.contacts is None:
        raise UsageError("contacts are kept in the journal: name the run by its id or `latest`")
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(("at", "address", "port", "transport", "query"))
    for contact in source.contacts:
        at = contact.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        writer.writerow((at, contact.address, contact.port, contact.transport, contact.query))
    return buffer.getvalue().encode()
