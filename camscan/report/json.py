"""The run as JSON of schema `camscan.run/1`."""

from __future__ import annotations

from collections.abc import Iterator

from camscan.inventory.run_text import run_chunks
from camscan.inventory.streamed import checked
from camscan.report.escape import escaped_json
from camscan.report.interface import ReportInput

name = "json"
summary = "the whole run, JSON Schema in `camscan schema run`"
ahead = checked


def render(source: ReportInput) -> bytes:
    """Indented JSON."""
    return b"".join(chunks(source))


def chunks(source: ReportInput) -> Iterator[bytes]:
    """The same, some devices or conversations at a time."""
    return map(escaped_json, run_chunks(source.run))
