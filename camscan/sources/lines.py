"""Numbered lines of a log of any size, in bounded memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from camscan.sources.stream import ByteStream

LONGEST = 1 << 16
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def lines(stream: ByteStream) -> Iterator[tuple[int, str]]:
    """(number from 1, text without its end); what is no UTF-8 becomes U+FFFD.

    A line longer than 64 KiB is cut there; UTF-16 with its mark (Windows) is read as such.
    """
    head = stream.peek(2)[:2]
    decoder = codecs.getincrementaldecoder(_UTF16.get(head, "utf-8-sig"))("replace")
    rest, number, cut = "", 0, False
    while True:
        piece = stream.chunk()
        text = decoder.decode(piece, final=not piece)
        whole = (rest + text).split("\n")
        rest = whole.pop()
        for line in whole:
            number += 1
            if not cut:
                yield number, line[:LONGEST].rstrip("\r").removeprefix("\ufeff")
            cut = False
        if len(rest) > LONGEST:
            if not cut:
                yield number + 1, rest[:LONGEST]
            rest, cut = "", True
        if not piece:
            if rest and not cut:
                yield number + 1, rest.rstrip("\r").removeprefix("\ufeff")
            return
