"""Packets of open connections counted one by one: what a large capture costs.

mypyc compiles this file as it stands (docs/performance.md); then a capture is read with it alone.
Where it is not compiled, arrays count most packets (batch_table.py). Bytes are read here by their
index, not by `struct`, for that is what compiled code does without making an object.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from camscan.sources.buffer import Memory
    from camscan.sources.counter import Interface
    from camscan.sources.flows.connection import Connection, StreamStart
    from camscan.sources.records import Form

COMPILED: Final = Path(__file__).suffix != ".py"

MAX_CAPTURED: Final = 262_144  # libpcap's MAXIMUM_SNAPLEN
NOWHERE: Final = -1
IDLE: Final = 120.0
"""Seconds without a packet after which what is not TCP begins anew."""

# As in link.py and connection.py: names of other modules would be looked up for each packet.
_TCP: Final = 6
_UDP: Final = 17
_SYN: Final = 2
_ETHERNET: Final = 1
_LINUX_SLL: Final = 113
_LINUX_SLL2: Final = 276
_IP4: Final = 0x0800
_IP6: Final = 0x86DD
_VLAN: Final = 0x8100
_QINQ: Final = 0x88A8
_OLD_QINQ: Final = 0x9100
_RAW: Final = frozenset({12, 14, 101, 228, 229})
_MAX_TAGS: Final = 4
_NEVER: Final = float("inf")


class Half:
    """One direction of a connection; `hook` holds what is still looked for in its payloads.

    `start` is what has been read of its stream so far, by who looks for a name there. `slot` is its
    place in a cache that counts for it, NOWHERE without one.
    """

    __slots__ = ("bytes", "connection", "hook", "last", "packets", "slot", "start")

    def __init__(self, connection: Connection, hook: int) -> None:
        self.packets = 0
        self.bytes = 0
        self.last = 0.0
        self.hook = hook
        self.slot = NOWHERE
        self.start: StreamStart | None = None
        self.connection = connection


class PacketCounter:
    """Adds packets to the halves in `tcp` and `udp`, whose keys are addresses and ports as they
    stand in a packet.

    Who else is asked: `begin` for the half of a plain packet (columns.py says what that is) that
    may be its first; `slow` to count any other packet, it says whether that was wanted; `look` to
    look into a payload of a half with a hook; `begin_anew` to close what was idle.

    `wanted` and `macs` are packed; None wants all. `packets`, `kept`, `oldest` and `newest` are of
    what was counted since `restart`; `last` is the time of the last enhanced packet block.
    """

    def __init__(
        self,
        tcp: dict[bytes, Half],
        udp: dict[bytes, Half],
        wanted: frozenset[bytes] | None,
        macs: frozenset[bytes],
        slow: Callable[[float, int, bytes, int, int, int], bool],
        look: Callable[[Half, bytes, int, int, float], None],
        begin: Callable[[bytes, int, float, int, bytes, int, int, int], Half],
        begin_anew: Callable[[Half, float], None],
    ) -> None:
        self._tcp = tcp
        self._udp = udp
        self._all = wanted is None
        self._wanted: frozenset[bytes] = wanted or frozenset()
        self._macs = macs
        self._by_mac = len(macs) > 0
        self._slow = slow
        self._look = look
        self._begin = begin
        self._begin_anew = begin_anew
        self.restart()

    def restart(self) -> None:
        """Nothing was counted yet."""
        self.packets = 0
        self.kept = 0
        self.last = 0.0
        self.oldest = _NEVER
        self.newest = -_NEVER

    def count_classic(
        self, data: bytes, places: list[int], big: bool, scale: float, linktype: int
    ) -> None:
        """Records of a classic capture file that begin at `places`; `scale` is the seconds of a
        fraction, `big` the byte order."""
        for place in places:
            captured = number_at(data, place + 8, big)
            wire = number_at(data, place + 12, big)
            seconds = float(number_at(data, place, big))
            at = seconds + float(number_at(data, place + 4, big)) * scale
            start = place + 16
            if wire < captured:
                wire = captured
            self.count(at, linktype, data, start, start + captured, wire)

    def count_enhanced(
        self, data: bytes, places: list[int], big: bool, interfaces: list[Interface]
    ) -> int:
        """Enhanced packet blocks of a pcapng file that begin at `places`; how many of them name no
        interface or lie about their length, and were passed over."""
        lies = 0
        known = len(interfaces)
        for place in places:
            number = number_at(data, place + 8, big)
            captured = number_at(data, place + 20, big)
            length = number_at(data, place + 4, big)
            if number >= known or captured > MAX_CAPTURED or captured > length - 32:
                lies += 1
                continue
            linktype, tick, offset, _ = interfaces[number]
            ticks = number_at(data, place + 12, big) << 32 | number_at(data, place + 16, big)
            at = float(ticks) * tick + float(offset)
            self.last = at
            wire = number_at(data, place + 24, big)
            if wire < captured:
                wire = captured
            self.count(at, linktype, data, place + 28, place + 28 + captured, wire)
        return lies

    def count(self, at: float, linktype: int, data: bytes, start: int, end: int, wire: int) -> None:
        """One packet, as the readers of captures give it."""
        self.packets += 1
        if at > self.newest:
            self.newest = at
        if at < self.oldest:
            self.oldest = at
        ip = _ip_at(linktype, data, start, end)
        if ip >= 0 and end - ip >= 24:
            first = data[ip]
            if first == 0x45 and data[ip + 6] & 0x3F == 0 and data[ip + 7] == 0:  # no fragment
                protocol = data[ip + 9]
                if protocol in (_TCP, _UDP):
                    claimed = data[ip + 2] << 8 | data[ip + 3]
                    key = data[ip + 12 : ip + 24]
                    self._count_plain(
                        at, linktype, data, start, end, wire, ip, protocol, key, claimed
                    )
                    return
            elif first >> 4 == 6 and end - ip >= 44:
                protocol = data[ip + 6]
                if protocol in (_TCP, _UDP):
                    claimed = data[ip + 4] << 8 | data[ip + 5]
                    if claimed > 0:
                        claimed += 40
                    key = data[ip + 8 : ip + 44]
                    self._count_plain(
                        at, linktype, data, start, end, wire, ip, protocol, key, claimed
                    )
                    return
        if self._slow(at, linktype, data, start, end, wire):
            self.kept += 1

    def _count_plain(
        self,
        at: float,
        linktype: int,
        data: bytes,
        start: int,
        end: int,
        wire: int,
        ip: int,
        protocol: int,
        key: bytes,
        claimed: int,
    ) -> None:
        """A packet with both ports behind a plain IP header, whose length is `claimed` there."""
        transport = ip + (40 if len(key) == 36 else 20)
        half: Half | None = None
        if protocol == _UDP:
            half = self._udp.get(key)
        elif end - transport < 14 or data[transport + 13] != _SYN:
            half = self._tcp.get(key)  # a bare SYN may begin a new connection on the same ports
        if not self._all and (half is None or self._by_mac):
            width = 4 if len(key) == 12 else 16
            if key[:width] not in self._wanted and key[width : 2 * width] not in self._wanted:
                if not self._by_mac:
                    return
                if linktype != _ETHERNET:
                    if self._slow(at, linktype, data, start, end, wire):
                        self.kept += 1
                    return
                if (
                    data[start + 6 : start + 12] not in self._macs
                    and data[start : start + 6] not in self._macs
                ):
                    return
        if half is None:
            half = self._begin(key, protocol, at, linktype, data, start, transport, end)
        self.kept += 1
        room = wire - (ip - start)
        size = claimed if 0 < claimed <= room else room
        if protocol == _UDP and at - half.last > IDLE:
            self._begin_anew(half, at)
        half.packets += 1
        half.bytes += size
        if at > half.last:
            half.last = at
        if half.hook != 0:
            inside = ip + size
            if inside > end:
                inside = end
            header = 8
            if protocol == _TCP:
                header = 20 if inside - transport < 20 else (data[transport + 12] >> 4) * 4
            if transport + header < inside:  # acknowledgements alone carry nothing
                self._look(half, data, transport, inside, at)


def number_at(data: bytes, place: int, big: bool) -> int:
    """Four bytes as a number. Raises IndexError where they are not all there."""
    if big:
        return data[place] << 24 | data[place + 1] << 16 | data[place + 2] << 8 | data[place + 3]
    return data[place + 3] << 24 | data[place + 2] << 16 | data[place + 1] << 8 | data[place]


def _ip_at(linktype: int, data: bytes, start: int, end: int) -> int:
    """Where an IP header of the commonest frames begins; NOWHERE for all others."""
    if linktype == _ETHERNET:
        at = start + 12
    elif linktype in _RAW:
        return start
    elif linktype == _LINUX_SLL:
        at = start + 14
    elif linktype == _LINUX_SLL2:
        if start + 20 < end and (number_at(data, start, True) >> 16) in (_IP4, _IP6):
            return start + 20
        return NOWHERE
    else:
        return NOWHERE
    tags = 0
    while at + 2 < end:
        kind = data[at] << 8 | data[at + 1]
        at += 2
        if kind in (_IP4, _IP6):
            return at
        if tags == _MAX_TAGS or kind not in (_VLAN, _QINQ, _OLD_QINQ):
            break
        tags += 1
        at += 2
    return NOWHERE


def find_records(data: Memory, position: int, size: int, form: Form) -> tuple[list[int], int]:
    """What `records.walk` finds in bytes, quicker where this file is compiled."""
    assert isinstance(data, bytes)
    big = form.order == ">"
    head, length_at, plus, kind = form.head, form.length_at, form.plus, form.kind
    least, most, odd = form.least, form.most, form.whole - 1
    wanted = kind if kind is not None else 0
    any_kind = kind is None
    places: list[int] = []
    while position <= size - head:
        length = number_at(data, position + length_at, big)
        if length > most or length < least or length & odd:
            break
        if not any_kind and number_at(data, position, big) != wanted:
            break
        places.append(position)
        position += plus + length
    if position > size and places:
        position = places.pop()
    return places, position
