"""One HTML file that works offline: the answer, charts, devices, findings, traffic, coverage."""

from __future__ import annotations

from collections.abc import Iterator

from camscan.report.html.page import pieces
from camscan.report.html.talks import talks_by_device
from camscan.report.interface import ReportInput

name = "html"
summary = "one page for a browser, works offline (charts, search, a page a device)"
ahead = talks_by_device


def render(source: ReportInput) -> bytes:
    """The page; it loads nothing from anywhere and its script is named by hash."""
    return b"".join(chunks(source))


def chunks(source: ReportInput) -> Iterator[bytes]:
    """The same piece by piece."""
    return (piece.encode() for piece in pieces(source.run))
