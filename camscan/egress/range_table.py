"""A packed, sorted table of address ranges: the embedded country and network data.

Layout before xz: magic `CSR1`, width of an address in bytes (4, or 8 for the upper half of an
IPv6 address), number of rows, then three columns little-endian: the differences between
successive range starts, value numbers (uint32), and at the end the values, one a line, UTF-8.
A range ends where the next begins; value number 0 is "nothing known".
"""

from __future__ import annotations

import lzma
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from camscan.errors import DataError

MAGIC = b"CSR1"
_HEAD = 12
BEST = 9 | lzma.PRESET_EXTREME
_CODE = {4: "I", 8: "Q"}


class RangeTable:
    """Look-ups by bisection; `rows` ranges, no Python object per row (8 or 12 bytes each)."""

    def __init__(self, starts: array[int], numbers: array[int], values: list[str]) -> None:
        self._starts = starts
        self._numbers = numbers
        self._values = values

    @property
    def rows(self) -> int:
        """Number of ranges, gaps included."""
        return len(self._starts)

    def find(self, number: int) -> str | None:
        """The value of the range that holds `number`, or None."""
        place = bisect_right(self._starts, number) - 1
        if place < 0:
            return None
        return self._values[self._numbers[place]] or None


def encode(ranges: Iterable[tuple[int, int, str]], width: int, *, preset: int = BEST) -> bytes:
    """Pack inclusive `(first, last, value)` ranges, sorted and disjoint, into the layout above.

    `preset` is xz's. Raises DataError for ranges that overlap.
    """
    starts: list[int] = []
    numbers: list[int] = []
    values: dict[str, int] = {"": 0}
    following = 0

    def add(start: int, value: str) -> None:
        number = values.setdefault(value, len(values))
        if numbers and numbers[-1] == number:
            return
        starts.append(start)
        numbers.append(number)

    for first, last, value in ranges:
        if first < following or last < first:
            raise DataError(f"ranges overlap or are not sorted at {first}")
        if first > following:
            add(following, "")
        add(first, value.replace("\n", " "))
        following = last + 1
    if following < 1 << (8 * width):
        add(following, "")
    previous = [0, *starts]
    deltas = array(_CODE[width], (a - b for a, b in zip(starts, previous, strict=False)))
    column = array("I", numbers)
    if sys.byteorder == "big":
        deltas.byteswap()
        column.byteswap()
    head = MAGIC + width.to_bytes(4, "little") + len(starts).to_bytes(4, "little")
    body = head + deltas.tobytes() + column.tobytes() + "\n".join(values).encode()
    filters = [{"id": lzma.FILTER_LZMA2, "preset": preset, "lc": 1, "lp": 2, "pb": 2}]
    return lzma.compress(body, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC64, filters=filters)


def decode(packed: bytes, origin: str = "range table") -> RangeTable:
    """Read a packed table; `origin` names it in the DataError of a damaged one."""
    try:
        body = lzma.decompress(packed)
    except lzma.LZMAError as error:
        raise DataError(f"{origin}: damaged ({error}); reinstall camscan") from error
    width = int.from_bytes(body[4:8], "little")
    rows = int.from_bytes(body[8:12], "little")
    columns = _HEAD + rows * (width + 4)
    if body[:4] != MAGIC or width not in _CODE or len(body) < columns:
        raise DataError(f"{origin}: not a packed range table; reinstall camscan")
    deltas: array[int] = array(_CODE[width])
    numbers: array[int] = array("I")
    deltas.frombytes(body[_HEAD : _HEAD + rows * width])
    numbers.frombytes(body[_HEAD + rows * width : columns])
    if sys.byteorder == "big":
        deltas.byteswap()
        numbers.byteswap()
    values = body[columns:].decode("utf-8", "replace").split("\n")
    if rows and max(numbers) >= len(values):
        raise DataError(f"{origin}: a row names a value that is not there; reinstall camscan")
    return RangeTable(array(_CODE[width], accumulate(deltas)), numbers, values)
