"""The one-page answer to a freedom-of-information request, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from camscan.report.escape import markdown
from camscan.report.foi_sheet import Sheet, sheets
from camscan.report.interface import ReportInput
from camscan.report.markdown import table

name = "foi-markdown"
summary = "one page for a freedom-of-information request, Markdown"

_MOST = 4000


def render(source: ReportInput) -> bytes:
    """The sheets of `foi`, a rule between them."""
    every = ("\n".join(_lines(sheet)) for sheet in sheets(source.run, per_site=source.per_site))
    return "\n\n---\n\n".join(every).encode() + b"\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    yield f"# {markdown(sheet.title)}"
    for sentence in sheet.answer:
        yield ""
        yield markdown(sentence, _MOST)
    yield ""
    headings, *rows = sheet.table
    yield from table(headings, ([markdown(cell) for cell in row] for row in rows), right=6)
    for heading, sentences in (("What is not in it", sheet.limits), ("Method", sheet.method)):
        yield ""
        yield f"## {heading}"
        yield ""
        for sentence in sentences:
            yield f"- {markdown(sentence, _MOST)}"
