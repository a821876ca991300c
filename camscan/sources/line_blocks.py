"""Whole lines of a large log as blocks of bytes, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

LONGEST = 1 << 20
_MARK = b"\xef\xbb\xbf"


class Chunks(Protocol):
    """Anything that gives bytes until there are none."""

    def chunk(self) -> bytes:
        """The next bytes; empty at the end."""


def line_blocks(
    stream: Chunks, line_feeds: Callable[[bytes], int] = lambda block: block.count(b"\n")
) -> Iterator[tuple[int, bytes]]:
    """(number of the first line, lines with line feeds between them): split them at the line feed.

    A line longer than 1 MiB is cut there. Bytes are given as they are, but for UTF-8's mark.
    `line_feeds` counts them.
    """
    rest, number, first, cut = b"", 1, True, False
    while True:
        piece = stream.chunk()
        if first:
            piece, first = piece.removeprefix(_MARK), False
        if cut:  # the rest of a line that was given already
            _, found, piece_after = piece.partition(b"\n")
            if piece and not found:
                continue
            number, piece, cut = number + 1, piece_after, False
        block, found, tail = (rest + piece).rpartition(b"\n")
        if len(tail) > LONGEST:
            block, found, tail, cut = block + found + tail[:LONGEST], b"\n", b"", True
        if found:
            yield number, block
            number += line_feeds(block) + (not cut)
        rest = tail
        if not piece and not cut:
            if rest:
                yield number, rest
            return
