"""The headers of many packets as columns: addresses, ports, lengths of plain TCP and UDP packets.

Plain is what a capture mostly consists of: IPv4 without options or IPv6 without extension headers,
not a fragment, TCP or UDP, whole as far as its ports. All else is left to the reader of headers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camscan.sources import link
from camscan.sources.batch import Batch, Heads, Window, field
from camscan.sources.buffer import Memory
from camscan.sources.flows.connection import SYN, TCP, UDP

_IP4, _IP6 = 0x0800, 0x86DD
_TAGS = (0x8100, 0x88A8, 0x9100)
_RAW = (link.RAW, link.RAW_BSD, link.RAW_OPENBSD, link.IPV4, link.IPV6)

_NAMES = ("rows", "key_at", "at", "size", "silent", "syn", "tcp")
_BITS = [np.uint64(number) for number in range(64)]

Rows = NDArray[np.int64]
Words = tuple[NDArray[np.uint64], ...]


class Columns:
    """Plain packets of one IP version: `rows` are their numbers in the batch.

    `words` are addresses (two words for each IPv6 address, one for a pair of IPv4's) and then
    ports with protocol; `size` the bytes of the IP packet, `silent` marks those without a payload
    to look at, `syn` a bare SYN, `tcp` what is not UDP. `key_at` is the place of addresses and
    ports in the batch's data; `before` bytes of the IP header stand before them, and both addresses
    are `addresses` bytes long.
    """

    __slots__ = ("addresses", "before", "version", "words", *_NAMES)

    def __init__(self, version: int, columns: dict[str, NDArray[Any]], words: Words) -> None:
        self.version = version
        self.before, self.addresses = (12, 8) if version == 4 else (8, 32)
        self.words = words
        self.rows: Rows = columns["rows"]
        self.key_at: Rows = columns["key_at"]
        self.at: NDArray[np.float64] = columns["at"]
        self.size: NDArray[np.int64] = columns["size"]
        self.silent: NDArray[np.bool_] = columns["silent"]
        self.syn: NDArray[np.bool_] = columns["syn"]
        self.tcp: NDArray[np.bool_] = columns["tcp"]

    def __len__(self) -> int:
        return len(self.rows)

    def key(self, data: Memory, place: int) -> bytes:
        """Addresses and ports of one packet as they stand in `data`."""
        at = int(self.key_at[place])
        return data[at : at + self.addresses + 4]

    def words_of(self, places: Sequence[int]) -> Words:
        """Those of some packets."""
        return tuple(word[list(places)] for word in self.words)

    def only(self, chosen: NDArray[np.bool_]) -> Columns:
        """Those rows for which `chosen` is true."""
        columns = {name: getattr(self, name)[chosen] for name in _NAMES}
        return Columns(self.version, columns, tuple(word[chosen] for word in self.words))


def plain_packets(batch: Batch) -> list[Columns]:
    """The plain packets of a batch, IPv4 and IPv6 apart."""
    found: dict[int, list[Columns]] = {4: [], 6: []}
    others: Rows = np.arange(len(batch))
    if batch.linktype == link.ETHERNET:
        plain = _is_untagged_ipv4(batch)
        if plain.all():
            return [_untagged_ipv4(batch, others, batch.heads)]
        rows = np.flatnonzero(plain)
        if len(rows):
            found[4].append(_untagged_ipv4(batch, rows, batch.heads.take(rows, axis=1)))
        others = np.flatnonzero(~plain)
    window = batch.window(others)
    for ahead, places in _network_offsets(batch.linktype, window):
        part, rows = window[places], others[places]
        version = field(part, ahead, "u1") >> 4
        for number, read in ((4, _ipv4), (6, _ipv6)):
            alike = version == number
            if alike.any():
                found[number].append(read(batch, part[alike], rows[alike], ahead))
    return [_joined(parts) for parts in found.values() if parts]


def _is_untagged_ipv4(batch: Batch) -> NDArray[np.bool_]:
    """Which frames are plain IPv4 directly behind their MACs: nearly all, as a rule."""
    _, mac_and_type, length_to_protocol = batch.heads[:3]
    protocol = length_to_protocol >> _BITS[56]
    plain = mac_and_type >> _BITS[32] & np.uint64(0xFFFFFF) == np.uint64(0x450008)
    plain &= length_to_protocol & np.uint64(0xFF3F << 32) == 0  # no fragment
    plain &= (protocol == TCP) | (protocol == UDP)
    plain &= batch.captured >= 38
    return np.asarray(plain, np.bool_)


def _untagged_ipv4(batch: Batch, rows: Rows, heads: Heads) -> Columns:
    _, _, length_to_protocol, to_receiver, from_receiver, to_flags = heads
    protocol = length_to_protocol >> _BITS[56]
    ports = from_receiver >> _BITS[16] & np.uint64(0xFFFFFFFF)
    words = (to_receiver >> _BITS[16] | from_receiver << _BITS[48], ports | protocol << _BITS[32])
    total = length_to_protocol.view(">u2")[::4].astype(np.int64)
    is_tcp = protocol == TCP
    offset = (to_flags >> _BITS[52] & np.uint64(15)).view(np.int64)
    columns = _common(batch, rows, 14, 20, total, is_tcp, offset, to_flags >> _BITS[56])
    return Columns(4, columns, words)


def _network_offsets(linktype: int, window: Window) -> Iterator[tuple[int, Rows]]:
    """Where the IP header begins, and in which windows it does so there."""
    everywhere = np.arange(len(window))
    if linktype in _RAW:
        yield 0, everywhere
    elif linktype == link.LINUX_SLL:
        yield from _typed(window, 14, 16, everywhere, tags=0)
    elif linktype == link.LINUX_SLL2:
        yield from _typed(window, 0, 20, everywhere, tags=0)
    elif linktype == link.ETHERNET:
        yield from _typed(window, 12, 14, everywhere, tags=2)


def _typed(
    window: Window, type_at: int, ahead: int, rows: Rows, *, tags: int
) -> Iterator[tuple[int, Rows]]:
    """Follow the EtherType at `type_at` of the windows `rows`, through VLAN tags."""
    kind = field(window[rows], type_at, ">u2")
    is_ip = (kind == _IP4) | (kind == _IP6)
    if is_ip.any():
        yield ahead, rows[is_ip]
    if tags:
        tagged = rows[np.isin(kind, _TAGS)]
        if len(tagged):
            yield from _typed(window, type_at + 4, ahead + 4, tagged, tags=tags - 1)


def _ipv4(batch: Batch, window: Window, rows: Rows, ahead: int) -> Columns:
    protocol = field(window, ahead + 9, "u1")
    plain = field(window, ahead, "u1") == 0x45
    plain &= field(window, ahead + 6, ">u2") & 0x3FFF == 0
    plain &= batch.captured[rows] - ahead >= 24
    plain &= (protocol == TCP) | (protocol == UDP)
    if not plain.all():
        window, rows, protocol = window[plain], rows[plain], protocol[plain]
    total = field(window, ahead + 2, ">u2").astype(np.int64)
    columns = _below(batch, window, rows, ahead, 20, total, protocol)
    ports = field(window, ahead + 20, "=u4").astype(np.uint64)
    words = (field(window, ahead + 12, "=u8"), ports | protocol.astype(np.uint64) << _BITS[32])
    return Columns(4, columns, words)


def _ipv6(batch: Batch, window: Window, rows: Rows, ahead: int) -> Columns:
    protocol = field(window, ahead + 6, "u1")
    plain = batch.captured[rows] - ahead >= 44
    plain &= (protocol == TCP) | (protocol == UDP)
    if not plain.all():
        window, rows, protocol = window[plain], rows[plain], protocol[plain]
    payload = field(window, ahead + 4, ">u2").astype(np.int64)
    total = np.where(payload > 0, payload + 40, 0)
    columns = _below(batch, window, rows, ahead, 40, total, protocol)
    ports = field(window, ahead + 40, "=u4").astype(np.uint64)
    words = tuple(field(window, ahead + place, "=u8") for place in (8, 16, 24, 32))
    return Columns(6, columns, (*words, ports | protocol.astype(np.uint64) << _BITS[32]))


def _below(
    batch: Batch,
    window: Window,
    rows: Rows,
    ahead: int,
    header: int,
    claimed: NDArray[np.int64],
    protocol: NDArray[np.uint8],
) -> dict[str, NDArray[Any]]:
    offset = (field(window, ahead + header + 12, "u1") >> 4).astype(np.int64)
    flags = field(window, ahead + header + 13, "u1")
    return _common(batch, rows, ahead, header, claimed, protocol == TCP, offset, flags)


def _common(
    batch: Batch,
    rows: Rows,
    ahead: int,
    header: int,
    claimed: NDArray[np.int64],
    is_tcp: NDArray[np.bool_],
    offset: NDArray[np.int64],
    flags: NDArray[Any],
) -> dict[str, NDArray[Any]]:
    """Lengths and flags; `claimed` is the length that the IP header states, `offset` where TCP's
    payload begins (in words of four bytes)."""
    everything = len(rows) == len(batch)
    chosen = slice(None) if everything else rows
    there = batch.captured[chosen] - ahead
    room = batch.wire[chosen] - ahead
    size = np.where((claimed > 0) & (claimed <= room), claimed, room)
    segment = np.minimum(there, size) - header
    return {
        "rows": rows,
        "at": batch.at[chosen],
        "key_at": batch.start[chosen] + (ahead + header - (8 if header == 20 else 32)),
        "size": size,
        "silent": is_tcp & ((segment < 20) | (offset * 4 >= segment)),
        "syn": is_tcp & (flags == SYN) & (there >= header + 14),
        "tcp": is_tcp,
    }


def _joined(parts: list[Columns]) -> Columns:
    """The parts as one, in the order of the packets."""
    if len(parts) == 1:
        return parts[0]
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _NAMES}
    order = np.argsort(columns["rows"], kind="stable")
    words = zip(*(part.words for part in parts), strict=True)
    return Columns(
        parts[0].version,
        {name: column[order] for name, column in columns.items()},
        tuple(np.concatenate(word)[order] for word in words),
    )


class Wanted:
    """Which packets of a batch come from or go to one of `addresses` or `macs` (packed)."""

    def __init__(self, addresses: frozenset[bytes] | None, macs: frozenset[bytes]) -> None:
        self._all = addresses is None
        known = addresses or frozenset()
        self._four = _numbers({address for address in known if len(address) == 4}, np.uint32)
        six = {address for address in known if len(address) == 16}
        self._low = _numbers({address[8:] for address in six}, np.uint64)
        self._highs = _highs(six, self._low)
        self._macs = _numbers(macs, np.uint64)

    def filtered(self, batch: Batch, columns: Columns) -> Columns:
        """The wanted rows of `columns`."""
        if self._all:
            return columns
        chosen = self._four_of(columns) if columns.version == 4 else self._six_of(columns)
        missing = np.flatnonzero(~chosen) if len(self._macs) else ()
        if len(missing):
            chosen[missing] = self._by_mac(batch, batch.start[columns.rows[missing]])
        return columns if chosen.all() else columns.only(chosen)

    def _four_of(self, columns: Columns) -> NDArray[np.bool_]:
        pairs = columns.words[0].view(">u4").reshape(-1, 2)
        return _among(self._four, pairs[:, 0]) | _among(self._four, pairs[:, 1])

    def _six_of(self, columns: Columns) -> NDArray[np.bool_]:
        chosen = np.zeros(len(columns), np.bool_)
        if len(self._low):
            for high, low in (columns.words[0:2], columns.words[2:4]):
                big = low.view(">u8")
                places = _places(self._low, big)
                alike = self._low[places] == big
                for highs in self._highs:
                    chosen |= alike & (highs[places] == high.view(">u8"))
        return chosen

    def _by_mac(self, batch: Batch, start: Rows) -> NDArray[np.bool_]:
        """What `link.source_mac` finds, and the receiver's where the frame has one."""
        whole: NDArray[Any] = np.ndarray((len(batch.data) - 5,), "V6", batch.data, 0, (1,))
        if batch.linktype == link.ETHERNET:
            return self._mac(whole[start]) | self._mac(whole[start + 6])
        if batch.linktype == link.LINUX_SLL:
            of_six = whole[start].view("u1").reshape(-1, 6)[:, 4:6] == (0, 6)
            return self._mac(whole[start + 6]) & np.asarray(of_six.all(axis=1), np.bool_)
        if batch.linktype == link.LINUX_SLL2:
            of_six = whole[start + 6].view("u1").reshape(-1, 6)[:, 5] == 6
            return self._mac(whole[start + 12]) & np.asarray(of_six, np.bool_)
        return np.zeros(len(start), np.bool_)

    def _mac(self, six: NDArray[Any]) -> NDArray[np.bool_]:
        octets = six.view("u1").reshape(-1, 6)
        padded = np.zeros((len(octets), 8), np.uint8)
        padded[:, 2:] = octets
        return _among(self._macs, padded.view(">u8")[:, 0])


def _numbers(known: Set[bytes], kind: type[np.unsignedinteger[Any]]) -> NDArray[Any]:
    return np.array(sorted(int.from_bytes(each, "big") for each in known), kind)


def _highs(six: set[bytes], low: NDArray[np.uint64]) -> list[NDArray[np.uint64]]:
    """The upper halves that go with each lower half: hosts have one on several prefixes."""
    by_low: dict[int, list[int]] = {int(each): [] for each in low}
    for address in six:
        by_low[int.from_bytes(address[8:], "big")].append(int.from_bytes(address[:8], "big"))
    most = max((len(highs) for highs in by_low.values()), default=0)
    rows = [highs + highs[:1] * (most - len(highs)) for highs in by_low.values()]
    return list(np.array(rows, np.uint64).reshape(len(rows), most).T)


def _places(known: NDArray[Any], values: NDArray[Any]) -> NDArray[np.intp]:
    places = np.searchsorted(known, values)
    places[places == len(known)] = 0
    return places


def _among(known: NDArray[Any], values: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of `values` are in the sorted array `known`."""
    if not len(known):
        return np.zeros(len(values), np.bool_)
    return np.asarray(known[_places(known, values)] == values, np.bool_)
