"""Where the fields of many lines lie in their bytes, found for all lines at once.

A log of millions of lines is mostly of addresses that nobody wants: what is cheap here is that
no line is taken apart before it is known to be wanted.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]

_LINE_FEED = 10
_WORD = 8
_BEFORE = b"\n" * _WORD
_MIX = np.uint64(0x9E37_79B9_7F4A_7C15)  # 2**64 divided by the golden ratio
_AFTER = b"\n" + b"\0" * 2 * _WORD


class FieldGrid:
    """Lines that all have the same number of fields; made by `grid_of`."""

    def __init__(self, raw: bytes, ends: NDArray[np.intp]) -> None:
        self._raw = raw
        self._ends = ends
        self._words: Words = np.ndarray(
            (len(raw) - _WORD + 1,), np.dtype("<u8"), buffer=raw, strides=(1,)
        )

    def __len__(self) -> int:
        return len(self._ends)

    def _starts(self, column: int) -> NDArray[np.intp]:
        if column:
            return self._ends[:, column - 1] + 1
        return np.concatenate(([_WORD], self._ends[:-1, -1] + 1))

    def tails(self, column: int) -> Words:
        """The last eight bytes of each field of a column as `tail_of` gives them."""
        ends = self._ends[:, column]
        short = (_WORD - np.minimum(ends - self._starts(column), _WORD)).astype(np.uint64) * 8
        whole = self._words[ends - _WORD]
        # A shift by all 64 bits is not defined: an empty field has the tail 0.
        return np.where(short < 64, whole >> short % 64 << short % 64, 0)

    def text(self, line: int, column: int) -> str:
        """One field."""
        start = self._ends[line, column - 1] + 1 if column else self._start(line)
        return self._raw[start : self._ends[line, column]].decode("utf-8", "replace")

    def lines(self, chosen: NDArray[np.intp]) -> list[str]:
        """The texts of some lines."""
        stops = self._ends[chosen, -1].tolist()
        starts = self._starts(0)[chosen].tolist()
        raw = self._raw
        pairs = zip(starts, stops, strict=True)
        chosen_lines = b"\n".join([raw[start:stop] for start, stop in pairs])
        return chosen_lines.decode("utf-8", "replace").split("\n") if stops else []

    def span(self, column: int) -> tuple[str, str]:
        """The first and the last text of a column, in the order of their bytes (with the
        separator at their end: no field should hold a character that is before it)."""
        starts = self._starts(column)
        head, more = (self._words[starts + at].byteswap() for at in (0, _WORD))
        low = np.flatnonzero(head == head.min())
        low = low[more[low] == more[low].min()]
        high = np.flatnonzero(head == head.max())
        high = high[more[high] == more[high].max()]
        return (
            min(self.text(line, column) for line in low.tolist()),
            max(self.text(line, column) for line in high.tolist()),
        )

    def _start(self, line: int) -> int:
        return int(self._ends[line - 1, -1]) + 1 if line else _WORD


def grid_of(block: bytes, separator: bytes, columns: int) -> FieldGrid | None:
    """The fields of lines with line feeds between them.

    None when a line has not `columns` fields, or for a separator that is no single ASCII
    character.
    """
    if len(separator) != 1 or not 0 < separator[0] < 128 or separator == b"\n" or columns < 1:
        return None
    raw = _BEFORE + block + _AFTER
    octets = np.frombuffer(raw, np.uint8)
    feeds = octets == _LINE_FEED
    marks = np.flatnonzero(feeds | (octets == separator[0]))[_WORD:]
    if len(marks) % columns:
        return None
    ends = marks.reshape(-1, columns)
    if np.count_nonzero(feeds) - _WORD != len(ends) or not feeds[ends[:, -1]].all():
        return None
    return FieldGrid(raw, ends)


def line_feeds(block: bytes) -> int:
    """How many there are; where there are many this is faster than `bytes.count`."""
    return int(np.count_nonzero(np.frombuffer(block, np.uint8) == _LINE_FEED))


def tail_of(text: str) -> int:
    """The last eight bytes of a text as a number, NULs before a shorter one."""
    return int.from_bytes(text.encode()[-_WORD:].rjust(_WORD, b"\0"), "little")


class TailSet:
    """The tails of some texts; made for asking of many tails which are among them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._known = np.unique(np.array([tail_of(text) for text in texts], np.uint64))
        bits = min(max(len(self._known).bit_length() + 8, 12), 20)
        self._shift = np.uint64(64 - bits)
        self._marked = np.zeros(1 << bits, np.bool_)
        self._marked[self._hash(self._known)] = True

    def __len__(self) -> int:
        return len(self._known)

    def among(self, tails: Words) -> NDArray[np.intp]:
        """The places of those that are in the set."""
        likely = np.flatnonzero(self._marked[self._hash(tails)])
        if not len(self._known):
            return likely[:0]
        candidates = tails[likely]
        places = np.searchsorted(self._known, candidates)
        places[places == len(self._known)] = 0
        return likely[np.asarray(self._known[places] == candidates, np.bool_)]

    def _hash(self, tails: Words) -> NDArray[np.intp]:
        return (tails * _MIX >> self._shift).astype(np.intp)
