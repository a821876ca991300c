"""The lines of Zeek's ASCII logs: only those of wanted addresses are taken apart to their end.

The address filter is what a large log costs, hence it is written for whole blocks of lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from camscan.sources.flows.field_grid import FieldGrid, TailSet, grid_of
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.total import address_text
from camscan.sources.flows.zeek_header import ZeekHeader

LATEST = 1e11
"""No time (seconds since the epoch) and no duration is beyond the year 5138."""
MOST = 1 << 63
"""No counter is beyond this."""

Row = list[str]
_ADDRESSES = ("id.orig_h", "id.resp_h")
_MACS = ("orig_l2_addr", "resp_l2_addr")
_BATCH = 128  # lines whose pieces stay in the processor's cache


class ZeekTable:
    """Rows of wanted lines; counts lines, their times and the bad ones in the ledger."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        keep = ledger.keep
        self._everybody = keep.addresses is None
        self._wanted = frozenset(map(address_text, keep.addresses or ()))
        self._macs = frozenset(mac.hex(":") for mac in keep.macs)
        self._tails = TailSet(self._wanted)
        self._mac_tails = TailSet(self._macs)

    def rows(
        self, block: bytes, number: int, header: ZeekHeader
    ) -> Iterator[tuple[list[int], list[Row]]]:
        """Batches of wanted lines: their numbers, and the texts of each.

        `block` holds no header line and begins with line `number`.
        """
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n").removesuffix(b"\r")
        columns = len(header.fields)
        grid = grid_of(block, header.separator, columns)
        numbers: Sequence[int] = range(number, number + (len(grid) if grid is not None else 0))
        if grid is None:
            # Only then is some line longer or shorter than it should be.
            block, numbers = self._good(block, number, columns, header.separator)
            if not numbers:
                return
            grid = grid_of(block, header.separator, columns)
        separator = header.separator.decode("latin-1")
        at = header.place("ts")
        if grid is None:  # a separator that is no single ASCII character
            lines = block.decode("latin-1").split("\n")
            self._ledger.saw(len(lines), *_span([line.split(separator)[at] for line in lines]))
        else:
            self._ledger.saw(len(grid), *_times(grid, at))
            chosen = self._chosen(grid, header)
            lines, numbers = grid.lines(chosen), [numbers[place] for place in chosen.tolist()]
        for start in range(0, len(lines), _BATCH):
            rows = [line.split(separator) for line in lines[start : start + _BATCH]]
            yield self._exactly(numbers[start : start + _BATCH], rows, header)

    def _chosen(self, grid: FieldGrid, header: ZeekHeader) -> NDArray[np.intp]:
        """The lines that may be wanted: another address with the same tail is among them."""
        if self._everybody:
            return np.arange(len(grid))
        found = np.zeros(len(grid), bool)
        for names, tails in ((_ADDRESSES, self._tails), (_MACS, self._mac_tails)):
            for column in map(header.place, names):
                if column >= 0 and len(tails):
                    found[tails.among(grid.tails(column))] = True
        return np.flatnonzero(found)

    def _exactly(
        self, numbers: Sequence[int], rows: list[Row], header: ZeekHeader
    ) -> tuple[list[int], list[Row]]:
        """Those lines whose addresses are the wanted ones."""
        if self._everybody:
            return list(numbers), rows
        one, other = map(header.place, _ADDRESSES)
        wanted, macs = self._wanted, self._macs
        mac_places = [place for place in map(header.place, _MACS) if place >= 0] if macs else []
        kept = [
            (number, row)
            for number, row in zip(numbers, rows, strict=True)
            if row[one] in wanted
            or row[other] in wanted
            or any(row[place] in macs for place in mac_places)
        ]
        return [number for number, _ in kept], [row for _, row in kept]

    def _good(
        self, block: bytes, number: int, columns: int, separator: bytes
    ) -> tuple[bytes, list[int]]:
        """The lines that have all columns, and their numbers; the others are told."""
        good: list[bytes] = []
        kept: list[int] = []
        for place, line in enumerate(block.split(b"\n"), start=number):
            if not line:
                continue
            found = line.count(separator) + 1
            if found == columns:
                good.append(line)
                kept.append(place)
            else:
                self._ledger.saw(1, None, None)
                self._bad(place, found, columns)
        return b"\n".join(good), kept

    def _bad(self, number: int, found: int, columns: int) -> None:
        reason = f"{found} columns instead of {columns}" if columns else "no #fields line before it"
        self._ledger.bad_line(number, reason)


def _times(grid: FieldGrid, at: int) -> tuple[float | None, float | None]:
    """The first and last time of the lines (texts of ten digits by order)."""
    first, last = map(time_of, grid.span(at))
    if first is None or last is None:
        return _span([grid.text(line, at) for line in range(len(grid))])
    return first, last


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
