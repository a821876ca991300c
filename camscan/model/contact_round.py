"""Many contacts as two compact records: what is about to be asked, and what was asked when.

A raw sweep asks thousands of addresses a second for one port. The first record is written before
the first packet leaves, the second holds the time of each packet; both take about two bytes a
packet. Read back, they are one `Contact` for each packet.
"""

from __future__ import annotations

import sys
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import pairwise

from msgspec import Struct

from camscan.model.contact import Contact

UNCERTAIN = " (not certain)"
"""Ends the query of a contact that the scan was about to make when it was killed."""

_MILLISECOND = timedelta(milliseconds=1)
_LEVEL = 1  # shuffled numbers: no level makes them smaller


class RoundBegan(Struct, frozen=True, kw_only=True, tag="asking"):
    """Each of `addresses` (`10.1.0.0-10.1.15.255`, or one address) is about to be asked.

    `id` is unique among the rounds of a journal.
    """

    id: str
    at: datetime
    port: int
    transport: str
    query: str
    addresses: tuple[str, ...]


class RoundEnded(Struct, frozen=True, kw_only=True, tag="asked"):
    """The round is over: `packets` left, the first at `at`.

    `order` is `pack` of what was asked when; an address may be left out (its subnet was stopped,
    somebody was talking to it, the scan was ended).
    """

    id: str
    at: datetime
    packets: int
    order: bytes


def pack(since: array[int], sizes: array[int], numbers: array[int]) -> bytes:
    """Batches of packets, as arrays of 32-bit words: the milliseconds of each since the first,
    how many packets it has, and for every packet the number within the round's addresses.

    zlib of little-endian words: the number of batches, their times as differences, their sizes;
    then the numbers, low halves before high halves.
    """
    times = array("I", (max(0, b - a) for a, b in pairwise((0, *since))))
    halves = array("H", numbers.tobytes())
    low, high = (0, 1) if sys.byteorder == "little" else (1, 0)
    parts = array("I", [len(sizes)]), times, sizes, halves[low::2], halves[high::2]
    return zlib.compress(b"".join(_little(words) for words in parts), _LEVEL)


def unpack(packed: bytes, most: int) -> list[tuple[int, array[int], array[int]]]:
    """(milliseconds, low halves, high halves) of each batch; at most `most` packets.

    Raises ValueError for what `pack` did not write.
    """
    reader = zlib.decompressobj()
    try:
        raw = reader.decompress(packed, 4 + 12 * most)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    count = int.from_bytes(raw[:4], "little")
    head = 4 + 8 * count
    if not reader.eof or len(raw) < head or (len(raw) - head) % 4:
        raise ValueError("not a packed round")
    times, sizes = _words("I", raw[4 : 4 + 4 * count]), _words("I", raw[4 + 4 * count : head])
    total = (len(raw) - head) // 4
    if sum(sizes) != total:
        raise ValueError("the batches are not as many as the packets")
    low, high = _words("H", raw[head : head + 2 * total]), _words("H", raw[head + 2 * total :])
    found, since, at = [], 0, 0
    for later, size in zip(times, sizes, strict=True):
        since += later
        found.append((since, low[at : at + size], high[at : at + size]))
        at += size
    return found


def expand(items: Iterable[Contact | RoundBegan | RoundEnded]) -> Iterator[Contact]:
    """Every contact, in the order of the records; of a round when it ended.

    A round that never ended (the scan was killed) gives each of its addresses at the end, with
    the time from which on it may have been asked and a query that ends in `UNCERTAIN`.
    """
    under_way: dict[str, RoundBegan] = {}
    for item in items:
        if isinstance(item, Contact):
            yield item
        elif isinstance(item, RoundBegan):
            under_way[item.id] = item
        elif item.id in under_way:
            began = under_way.pop(item.id)
            try:
                yield from list(_certain(began, item))
            except (ValueError, TypeError, IndexError, OverflowError):
                yield from _uncertain(began)
    for began in under_way.values():
        yield from _uncertain(began)


def _certain(began: RoundBegan, ended: RoundEnded) -> Iterator[Contact]:
    held = _Addresses(began.addresses)
    for since, low, high in unpack(ended.order, ended.packets):
        at = ended.at + since * _MILLISECOND
        for a, b in zip(low, high, strict=True):
            yield _contact(began, at, held.text(b << 16 | a), began.query)


def _uncertain(began: RoundBegan) -> Iterator[Contact]:
    try:
        held: Iterable[str] = _Addresses(began.addresses)
    except (ValueError, TypeError):
        held = began.addresses  # damaged, but told as it stands
    for address in held:
        yield _contact(began, began.at, address, began.query + UNCERTAIN)


def _contact(began: RoundBegan, at: datetime, address: str, query: str) -> Contact:
    return Contact(at=at, address=address, port=began.port, transport=began.transport, query=query)


class _Addresses:
    """Addresses by number, without a list of them."""

    def __init__(self, ranges: Sequence[str]) -> None:
        self._firsts: list[str | IPv4Address | IPv6Address] = []
        self._ends: list[int] = []
        total = 0
        for text in ranges:
            first, _, last = text.partition("-")
            size = 1
            if last:
                begin = ip_address(first)
                size = int(ip_address(last)) - int(begin) + 1
                if size < 1:
                    raise ValueError(f"{text} is no range")
                self._firsts.append(begin)
            else:
                self._firsts.append(first)
            total += size
            self._ends.append(total)

    def text(self, number: int) -> str:
        """Raises IndexError beyond the last."""
        at = bisect_right(self._ends, number)
        first = self._firsts[at]
        if isinstance(first, str):
            return first
        return str(first + (number - (self._ends[at - 1] if at else 0)))

    def __iter__(self) -> Iterator[str]:
        return (self.text(number) for number in range(self._ends[-1] if self._ends else 0))


def _little(words: array[int]) -> bytes:
    if sys.byteorder == "big":
        words = words[:]
        words.byteswap()
    return words.tobytes()


def _words(kind: str, raw: bytes) -> array[int]:
    words = array(kind, raw)
    if sys.byteorder == "big":
        words.byteswap()
    return words
