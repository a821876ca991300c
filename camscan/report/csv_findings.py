"""One finding a row, safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator

from camscan.model.device import Device
from camscan.model.finding import Finding
from camscan.report.escape import csv_row
from camscan.report.interface import ReportInput

name = "csv-findings"
summary = "one finding a row (RFC 4180, no formulas)"

COLUMNS = (
    "id",
    "rule",
    "severity",
    "status",
    "title",
    "device",
    "address",
    "site",
    "detail",
    "advice",
    "evidence",
    "references",
)


def render(source: ReportInput) -> bytes:
    """RFC 4180 with CRLF line ends and one header row; findings in the order of the run."""
    return b"".join(chunks(source))


def chunks(source: ReportInput) -> Iterator[bytes]:
    """The same, a row at a time."""
    yield csv_row(COLUMNS).encode()
    devices = {device.id: device for device in source.run.devices}
    for finding in source.run.findings:
        yield csv_row(_row(finding, devices.get(finding.device or ""))).encode()


def _row(finding: Finding, device: Device | None) -> list[str]:
    return [
        finding.id,
        finding.rule,
        finding.severity,
        finding.status,
        finding.title,
        finding.device or "",
        device.addresses[0] if device is not None and device.addresses else "",
        (device.site or "") if device is not None else "",
        finding.detail,
        finding.advice,
        " ".join(finding.evidence),
        " ".join(finding.references),
    ]
