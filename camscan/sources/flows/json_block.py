"""Many lines of JSON decoded at once: of most lines a few fields tell that nobody wants them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar

import msgspec
import numpy as np

from camscan.sources.flows.ledger import FlowLedger, Keep
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


class LineChooser(Generic[Head]):
    """Chooses lines by the addresses and MACs that the ledger keeps.

    `plain` decodes what of a line decides, `with_macs` also where MACs count.
    """

    def __init__(
        self,
        ledger: FlowLedger,
        plain: msgspec.json.Decoder[Any],
        with_macs: msgspec.json.Decoder[Any],
    ) -> None:
        self._ledger = ledger
        self._wanted = WantedTexts(ledger.keep)
        self._macs = ledger.keep.macs
        self._decoder: msgspec.json.Decoder[Head] = with_macs if self._macs else plain

    def lines(self, block: bytes) -> Iterator[tuple[int, bytes]]:
        """Places, from 0, and texts of the lines to be read; the others are in the ledger."""
        chosen = self.chosen(block)
        if chosen is None:
            return enumerate(block.split(b"\n"))
        return zip(chosen, lines_at(block, chosen), strict=True)

    def chosen(self, block: bytes) -> list[int] | None:
        """The places of the lines to be read; None: all of them, and none is in the ledger."""
        if self._ledger.keep.addresses is None:
            return None
        heads = heads_of(block, self._decoder)
        if heads is None:
            return None
        chosen: list[int] = []
        times: list[float] = []
        for place, head in enumerate(heads):
            at = self._time_of_other(head)
            if at is None:
                chosen.append(place)
            else:
                times.append(at)
        if times:
            self._ledger.saw(len(times), min(times), max(times))
        return chosen

    def _time_of_other(self, head: Head) -> float | None:
        """The time of a line that nobody wants; None: the line is to be read."""
        raise NotImplementedError
