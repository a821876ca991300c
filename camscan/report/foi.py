"""The one-page answer to a freedom-of-information request, as plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from camscan.report.escape import plain
from camscan.report.foi_sheet import Sheet, sheets
from camscan.report.interface import ReportInput

name = "foi"
summary = "one page for a freedom-of-information request, plain text"

_WIDTH = 78
_MOST = 4000


def render(source: ReportInput) -> bytes:
    """Sheets of at most 78 columns, a form feed between them."""
    every = ("\n".join(_lines(sheet)) for sheet in sheets(source.run, per_site=source.per_site))
    return "\n\f\n".join(every).encode() + b"\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    title = plain(sheet.title)
    yield title
    yield "=" * len(title)
    for sentence in sheet.answer:
        yield ""
        yield from textwrap.wrap(plain(sentence, _MOST), _WIDTH)
    yield ""
    yield from _table(sheet.table)
    for heading, sentences in (("What is not in it", sheet.limits), ("Method", sheet.method)):
        yield ""
        yield heading
        for sentence in sentences:
            yield from textwrap.wrap(
                plain(sentence, _MOST), _WIDTH, initial_indent="- ", subsequent_indent="  "
            )


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as their widest word group; the first is text, numbers stand right."""
    cut = [[plain(cell, 26) for cell in row] for row in rows]
    headings = [textwrap.wrap(text, 10) for text in cut[0]]
    widths = [
        max([*map(len, headings[column]), *(len(row[column]) for row in cut[1:])])
        for column in range(len(headings))
    ]
    for index in range(max(map(len, headings))):
        line = [part[index] if index < len(part) else "" for part in headings]
        yield _row(line, widths)
    yield "  ".join("-" * width for width in widths)
    for row in cut[1:]:
        yield _row(row, widths)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (
        text.ljust(width) if column < 2 else text.rjust(width)
        for column, (text, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join([first, *rest]).rstrip()
