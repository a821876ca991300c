"""A byte order mark before CSV, for spreadsheets that take UTF-8 for the local code page."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator

from camscan.report.interface import LongReport, Report, ReportInput


class WithBom:
    """The format `inner` with U+FEFF before it."""

    def __init__(self, inner: Report) -> None:
        self._inner = inner
        self.name = f"{inner.name}-bom"
        self.summary = f"{inner.summary}, with a byte order mark"

    def render(self, source: ReportInput) -> bytes:
        """The whole report."""
        return b"".join(self.chunks(source))

    def chunks(self, source: ReportInput) -> Iterator[bytes]:
        """The same, as the format itself gives it."""
        if isinstance(self._inner, LongReport):
            pieces = self._inner.chunks(source)
        else:
            pieces = iter((self._inner.render(source),))
        yield BOM_UTF8
        yield from pieces
