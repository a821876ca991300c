"""Many lines of JSON decoded at once: of most lines a few fields tell that nobody wants them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec
import numpy as np

from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.total import packed_address

Head = TypeVar("Head")

_LINE_FEED = 10
_REMEMBERED = 65_536


def heads_of(block: bytes, decoder: msgspec.json.Decoder[Head]) -> list[Head] | None:
    """One object of each line; None where not every line is one object, to be told line by line.

    A blank line and spaces around an object are such, too.
    """
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n").removesuffix(b"\r")
        if b"\r" in block:
            return None
    feeds = block.count(b"\n")
    if block.count(b"}\n{") != feeds:
        return None
    try:
        heads = decoder.decode_lines(block)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    # Within an object no line feed stands between braces, so that each line has one at the least.
    return heads if len(heads) == feeds + 1 else None


def lines_at(block: bytes, places: Sequence[int]) -> Iterator[bytes]:
    """The lines at these places, counted from 0, without their line feeds."""
    if not places:
        return
    feeds = np.flatnonzero(np.frombuffer(block, np.uint8) == _LINE_FEED)
    stops = np.append(feeds, len(block))[np.array(places)].tolist()
    starts = np.append(-1, feeds)[np.array(places)].tolist()
    for start, stop in zip(starts, stops, strict=True):
        yield block[start + 1 : stop]


class WantedTexts(dict[str | None, bool]):
    """Whether somebody wants an address, by its text; what is no address counts as wanted.

    Only for a `keep` that names addresses.
    """

    def __init__(self, keep: Keep) -> None:
        super().__init__()
        self._addresses = keep.addresses or frozenset()

    def __missing__(self, text: str | None) -> bool:
        packed = packed_address(text or "")
        wanted = packed is None or packed in self._addresses
        if len(self) >= _REMEMBERED:
            self.clear()
        self[text] = wanted
        return wanted
