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
        one, other = header.place("id.orig_h"), header.place("id.resp_h")
        wanted, macs, unset = self._wanted, self._macs, header.unset
        mac_places = [header.place(name) for name in ("orig_l2_addr", "resp_l2_addr")]
        mac_places = [place for place in mac_places if place >= 0] if macs else []
        whole = wanted is None or min(one, other, at) < 0 or bool(mac_places)
        cuts = -1 if whole else max(one, other, at) + 1
        # One line at a time: their pieces all at once would not stay in the processor's cache.
        low = high = lines[0].split(separator, cuts)[at] if at >= 0 else ""
        for place, line in enumerate(lines):
            row = line.split(separator, cuts)
            if len(row) <= cuts:  # a short line and a long one made up for each other
                self._bad(numbers[place], len(row), columns)
                continue
            time = row[at]
            if time > high:
                high = time
            elif time < low:
                low = time
            if (
                wanted is not None
                and row[one] not in wanted
                and row[other] not in wanted
                and not (mac_places and any(row[mac] in macs for mac in mac_places))
            ):
                continue
            if not whole:
                row = line.split(separator)
            if len(row) != columns:
                self._bad(numbers[place], len(row), columns)
                continue
            row.append(unset)
            yield numbers[place], row
        self._saw(lines, low, high, separator, at)

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
                self._ledger.saw(1, None, None)
                self._bad(number, found, columns)
        return good, kept

    def _bad(self, number: int, found: int, columns: int) -> None:
        reason = f"{found} columns instead of {columns}" if columns else "no #fields line before it"
        self._ledger.bad(f"line {number}", reason)

    def _saw(self, lines: list[str], low: str, high: str, separator: str, at: int) -> None:
        """Count lines, with the first and last of their times (texts of ten digits by order)."""
        if at < 0:
            first, last = None, None
        else:
            first, last = time_of(low), time_of(high)
            if first is None or last is None:
                first, last = _span([(line.split(separator) + [""] * at)[at] for line in lines])
        self._ledger.saw(len(lines), first, last)


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
