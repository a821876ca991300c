"""One-way flow records (NetFlow, IPFIX, nfdump) joined to connections; bounded.

An exporter writes a record for each direction, and for a long connection one more after each of
its time-outs: records of the same addresses and ports are one connection while none of them is
the start of a new one and no gap is longer than five minutes.
"""

from __future__ import annotations

from typing import NamedTuple

from camscan.model.flow import Origin
from camscan.sources.flows import connection as con
from camscan.sources.flows.hourly import HourlySums, Kind
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.total import Outcome

_OPEN = 50_000
_GAP = 300.0
_ICMPS = ("1", "58", "icmp", "icmpv6", "icmp6", "ipv6-icmp")
_TCPS, _UDPS = ("6", "tcp"), ("17", "udp")


class OneWay(NamedTuple):
    """One record: `packets` and `bytes` of IP from `source` to `destination`.

    `back_*` are those of the other direction where the record has both (None: it has not).
    `flags` of TCP added up over the packets, None where unknown. The destination port of ICMP is
    type * 256 + code. `macs` are those of source and destination.
    """

    first: float
    last: float
    protocol: str
    source: str
    source_port: int
    destination: str
    port: int
    flags: int | None
    packets: int
    bytes: int
    back_packets: int | None = None
    back_bytes: int | None = None
    mac: str | None = None


class _Side:
    __slots__ = ("bytes", "first", "flags", "mac", "packets")

    def __init__(self) -> None:
        self.first: float | None = None
        self.packets = 0
        self.bytes = 0
        self.flags: int | None = None
        self.mac: str | None = None


class _Joined:
    __slots__ = ("detail", "first", "last", "one", "other", "protocol", "sides")

    def __init__(self, record: OneWay) -> None:
        self.protocol = record.protocol
        self.one = (record.source, record.source_port)
        self.other = (record.destination, record.port)
        self.first = record.first
        self.last = record.last
        self.detail = record.port >> 8  # ICMP's type
        self.sides = (_Side(), _Side())


class OneWayFlows:
    """Joins records and gives connections to the ledger; `finish` gives what is left."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._open: dict[tuple[str, str, int, str, int], _Joined] = {}
        self._sums = HourlySums(ledger)
        self._both_ways = False

    def add(self, record: OneWay) -> None:
        """One record; files are best read oldest first."""
        protocol = record.protocol
        ports = (0, 0) if protocol in _ICMPS else (record.source_port, record.port)
        key = (protocol, record.source, ports[0], record.destination, ports[1])
        reverse = (protocol, record.destination, ports[1], record.source, ports[0])
        joined, place = self._open.get(key), 0
        if joined is None:
            joined, place = self._open.get(reverse), 1
        if joined is not None and self._begins_anew(joined, joined.sides[place], record):
            self._close(key if place == 0 else reverse)
            joined = None
        if joined is None:
            if len(self._open) >= _OPEN:
                self._make_room()
            joined, place = self._open.setdefault(key, _Joined(record)), 0
        joined.first = min(joined.first, record.first)
        joined.last = max(joined.last, record.last)
        side = joined.sides[place]
        side.first = record.first if side.first is None else min(side.first, record.first)
        side.packets += record.packets
        side.bytes += record.bytes
        side.mac = side.mac or record.mac
        if record.flags is not None:
            side.flags = record.flags | (side.flags or 0)
        if record.back_packets:
            back = joined.sides[1 - place]
            back.packets += record.back_packets
            back.bytes += record.back_bytes or 0
        self._both_ways = self._both_ways or all(side.packets for side in joined.sides)

    def finish(self) -> None:
        """Give every connection to the ledger."""
        for key in list(self._open):
            self._close(key)
        self._sums.flush()

    @staticmethod
    def _begins_anew(joined: _Joined, side: _Side, record: OneWay) -> bool:
        if record.first > joined.last + _GAP or record.last < joined.first - _GAP:
            return True
        again = record.flags is not None and record.flags & con.SYN and side.first is not None
        over = side.flags is not None and side.flags & (con.FIN | con.RST)
        return bool(again and over)

    def _make_room(self) -> None:
        """Close the older half."""
        ages = sorted(joined.last for joined in self._open.values())
        middle = ages[len(ages) // 2]
        for key in [key for key, joined in self._open.items() if joined.last <= middle]:
            self._close(key)

    def _close(self, key: tuple[str, str, int, str, int]) -> None:
        joined = self._open.pop(key)
        one, other = joined.sides
        forward, origin = _who_began(joined)
        if forward:
            (source, _), (peer, port), out, back = joined.one, joined.other, one, other
        else:
            (source, _), (peer, port), out, back = joined.other, joined.one, other, one
        packets_in: int | None = back.packets
        bytes_in: int | None = back.bytes
        if back.packets:
            outcome = Outcome.REFUSED if _is_refusal(joined, out, back) else Outcome.ANSWERED
        elif out.packets and self._both_ways:
            outcome = Outcome.SILENT
        else:  # an exporter that sees one direction only cannot know
            outcome, packets_in, bytes_in = Outcome.UNKNOWN, None, None
        self._sums.add(
            Kind(
                source,
                peer,
                joined.protocol,
                port if joined.protocol in (*_TCPS, *_UDPS, "132", "sctp") else None,
                origin,
                outcome,
                mac=out.mac,
            ),
            joined.first,
            joined.last,
            out.packets,
            packets_in,
            out.bytes,
            bytes_in,
        )


def _is_refusal(joined: _Joined, out: _Side, back: _Side) -> bool:
    """A reset that answers a SYN, with no SYN of its own."""
    if joined.protocol not in _TCPS or back.flags is None:
        return False
    return bool(back.flags & con.RST) and not back.flags & con.SYN and bool((out.flags or 0) & 2)


def _who_began(joined: _Joined) -> tuple[bool, Origin]:
    """Whether the sender of the first record began, and how that is known."""
    one, other = joined.sides
    port_one, port_other = joined.one[1], joined.other[1]
    if joined.protocol in _ICMPS:
        number = con.ICMP if joined.protocol in ("1", "icmp") else con.ICMPV6
        return con.icmp_start(number, joined.detail)
    if joined.protocol in _TCPS:
        for side, forward in ((one, True), (other, False)):
            if side.flags is not None and side.flags & (con.SYN | con.ACK) == con.SYN:
                return forward, Origin.SYN
        forward, origin = con.tcp_start(0, port_one, port_other)
        if origin is not Origin.UNKNOWN:
            return forward, origin
        both_syn = all(side.flags is not None and side.flags & con.SYN for side in joined.sides)
        earlier = _earlier(one, other)
        if both_syn and earlier is not None:
            return earlier, Origin.FIRST
        return True, Origin.UNKNOWN
    earlier = _earlier(one, other)
    if joined.protocol in _UDPS:
        forward, origin = con.udp_start(port_one, port_other)
        if origin is Origin.PORTS:
            return forward, origin
        if earlier is None:  # softflowd gives both directions the time of the first of them
            return con.tcp_start(0, port_one, port_other)
    return (True, Origin.UNKNOWN) if earlier is None else (earlier, Origin.FIRST)


def _earlier(one: _Side, other: _Side) -> bool | None:
    """Whether the first side spoke first; None when both did at the same time."""
    if one.first is None or other.first is None:
        return one.first is not None
    return None if one.first == other.first else one.first < other.first
