"""The run as JSON of schema `camscan.run/1`."""

from __future__ import annotations

from camscan.inventory.store import encode_run
from camscan.report.escape import escaped_json
from camscan.report.interface import ReportInput

name = "json"
summary = "the whole run, JSON Schema in `camscan schema run`"


def render(source: ReportInput) -> bytes:
    """Indented JSON."""
    return escaped_json(encode_run(source.run))
