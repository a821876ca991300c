"""The lines of Zeek's ASCII logs: only those of wanted addresses are taken apart to their end.

The address filter is what a large log costs, hence it is written for whole blocks of lines.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.total import address_text
from camscan.sources.flows.zeek_header import ZeekHeader

LATEST = 1e11
"""No time (seconds since the epoch) and no duration is beyond the year 5138."""
MOST = 1 << 63
"""No counter is beyond this."""

Row = list[str]


class ZeekTable:
    """Rows of wanted lines; counts lines, their times and the bad ones in the ledger."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        keep = ledger.keep
        self._wanted = (
            None if keep.addresses is None else frozenset(map(address_text, keep.addresses))
        )
        self._macs = frozenset(mac.hex(":") for mac in keep.macs)

    def rows(self, block: bytes, number: int, header: ZeekHeader) -> Iterator[tuple[int, Row]]:
        """(line number, its texts with the unset mark added) of lines that somebody wants.

        `block` holds no header line and begins with line `number`.
        """
        text = block.decode("utf-8", "replace")
        if "\r" in text:
            text = text.replace("\r\n", "\n").removesuffix("\r")
        lines = text.split("\n")
        columns, separator = len(header.fields), header.separator.decode("latin-1")
        numbers: range | list[int] = range(number, number + len(lines))
        even = len(separator) == 1 and columns > 0
        if even:
            tabs = np.count_nonzero(np.frombuffer(block, np.uint8) == header.separator[0])
            even = tabs == len(lines) * (columns - 1)
        if not even:
            # Only then is some line longer or shorter than it should be.
            lines, numbers = self._good(lines, numbers, columns, separator)
        if not lines:
            return
        at = header.place("ts")
        places = (header.place("id.orig_h"), header.place("id.resp_h"), at)
        wanted = self._wanted
        whole = wanted is None or min(places) < 0 or bool(self._macs)
        cuts = -1 if whole else max(places) + 1
        rows = [line.split(separator, cuts) for line in lines]
        self._saw(rows, at)
        if wanted is None:
            kept: Iterator[int] | list[int] = iter(range(len(rows)))
        else:
            one, other, _ = places
            try:
                kept = [
                    n for n, row in enumerate(rows) if row[one] in wanted or row[other] in wanted
                ]
            except IndexError:  # a short line and a long one made up for each other
                kept = [n for n, row in enumerate(rows) if not wanted.isdisjoint(row)]
            if self._macs:
                kept = self._with_macs(rows, kept, header)
        for place in kept:
            row = rows[place] if whole else lines[place].split(separator)
            if len(row) != columns:
                self._bad(numbers[place], len(row), columns)
                continue
            row.append(header.unset)
            yield numbers[place], row

    def _good(
        self, lines: list[str], numbers: range | list[int], columns: int, separator: str
    ) -> tuple[list[str], list[int]]:
        """The lines that have all columns; the others are told."""
        good: list[str] = []
        kept: list[int] = []
        for number, line in zip(numbers, lines, strict=True):
            if not line:
                continue
            found = line.count(separator) + 1
            if found == columns:
                good.append(line)
                kept.append(number)
            else:
                self._bad(number, found, columns)
        return good, kept

    def _bad(self, number: int, found: int, columns: int) -> None:
        self._ledger.saw(1, None, None)
        reason = f"{found} columns instead of {columns}" if columns else "no #fields line before it"
        self._ledger.bad(f"line {number}", reason)

    def _saw(self, rows: list[Row], at: int) -> None:
        first: float | None
        last: float | None
        first = last = None
        if at >= 0:
            times = [row[at] for row in rows if len(row) > at]
            try:
                first, last = float(min(times)), float(max(times))
            except ValueError:
                first, last = _span(times)
            if first is not None and not (0 <= first <= LATEST and 0 <= (last or 0) <= LATEST):
                first, last = _span(times)
        self._ledger.saw(len(rows), first, last)

    def _with_macs(self, rows: list[Row], kept: list[int], header: ZeekHeader) -> list[int]:
        """Also the lines in which a wanted MAC address speaks or is spoken to."""
        columns = [header.place(name) for name in ("orig_l2_addr", "resp_l2_addr")]
        found = set(kept)
        for column in columns:
            if column >= 0:
                found |= {n for n, row in enumerate(rows) if row[column] in self._macs}
        return sorted(found)


def _span(times: list[str]) -> tuple[float | None, float | None]:
    """The first and last of those that are times."""
    good = [time for time in map(time_of, times) if time is not None]
    return min(good, default=None), max(good, default=None)


def time_of(text: str) -> float | None:
    """Seconds since the epoch; None for what is no possible time."""
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if 0 <= seconds <= LATEST else None


def number_of(text: str, unset: str) -> int | None:
    """A port, type or counter; None when unset. Raises ValueError."""
    if text == unset:
        return None
    number = int(text[:20])
    if not 0 <= number <= MOST:
        raise ValueError(f"{text[:40]!r} is out of range")
    return number
