"""A PDF for a committee: cover, a summary of one page, the report, devices and evidence."""

from __future__ import annotations

from camscan.errors import LocalFaultError
from camscan.report.interface import ReportInput
from camscan.report.pdf.document import document
from camscan.report.pdf.typeset import missing, typeset

name = "pdf"
summary = "for a committee: cover, summary of one page, page numbers, evidence appendix"


def unavailable() -> str | None:
    """Why no PDF can be made here, and what to do instead; None where one can."""
    reason = missing()
    return reason and f"{reason}; or print the HTML report (-o html:FILE)"


def render(source: ReportInput) -> bytes:
    """The PDF, the same bytes for the same run, fonts and library. Raises LocalFaultError where
    the library or its system library is missing."""
    reason = unavailable()
    if reason is not None:
        raise LocalFaultError(f"pdf skipped: {reason}")
    return typeset(document(source.run))
