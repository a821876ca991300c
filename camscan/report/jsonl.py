"""One device object a line."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from camscan.report.escape import escaped_json
from camscan.report.interface import ReportInput

name = "jsonl"
summary = "one device object a line, as in the run's `devices`"


def render(source: ReportInput) -> bytes:
    """JSON Lines, devices in the order of the run."""
    return b"".join(chunks(source))


def chunks(source: ReportInput) -> Iterator[bytes]:
    """The same, a line at a time."""
    encode = msgspec.json.Encoder().encode
    return (escaped_json(encode(device)) + b"\n" for device in source.run.devices)
