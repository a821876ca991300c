"""Closed connections added up: one total per pair, port, protocol, name and outcome; bounded."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache, reduce
from ipaddress import ip_address

from camscan.model.flow import SLOT, Flow, Origin, Slot
from camscan.sources.flows.connection import Connection

_LIMIT = 30_000
PORTED = frozenset({6, 17, 132})
"""Numbers of the protocols that have ports: TCP, UDP and SCTP."""
_PROTOCOLS = {1: "icmp", 2: "igmp", 6: "tcp", 17: "udp", 41: "ipv6", 47: "gre", 50: "esp"} | {
    51: "ah",
    58: "icmpv6",
    89: "ospf",
    103: "pim",
    112: "vrrp",
    132: "sctp",
}
_NUMBERS = {name: number for number, name in _PROTOCOLS.items()} | {"ipv6-icmp": 58, "icmp6": 58}
_CERTAINTY = (Origin.SYN, Origin.RECORDED, Origin.PORTS, Origin.FIRST, Origin.UNKNOWN)
_STARTS = 512
_SAMPLES = 500_000
_SLOTS = 300_000
_LARGEST = (1 << 63) - 1  # no connection has as many bytes, and none of an array more

Pair = tuple[bytes, bytes, int, int | None]  # source, peer, protocol, port
Name = tuple[str | None, str | None]  # name and its source
# connections, packets out and in, bytes out and in
Counts = tuple[int, int | None, int | None, int | None, int | None]


class Outcome(StrEnum):
    """What came back; `blocked`: a firewall stopped it and says so."""

    ANSWERED = "answered"
    REFUSED = "refused"
    SILENT = "silent"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


class _Total:
    __slots__ = (
        "first", "last", "library", "mac", "origin", "sizes", "slots", "source_port", "starts",
    )  # fmt: skip

    def __init__(self, first: float, origin: Origin, source_port: int | None) -> None:
        self.first = first
        self.last = first
        self.origin = origin
        self.mac: bytes | None = None
        self.library: str | None = None
        self.source_port = source_port
        self.slots: dict[int, Counts] = {}
        self.starts = array("d")
        self.sizes = array("q")


def plus(one: int | None, other: int | None) -> int | None:
    """The sum; unknown when either is."""
    return None if one is None or other is None else one + other


@lru_cache(maxsize=4096)
def address_text(packed: bytes) -> str:
    """Canonical text of a packed IPv4 or IPv6 address."""
    return str(ip_address(packed))


def protocol_name(number: int) -> str:
    """IANA's short name in lower case, or `ip-N`."""
    return _PROTOCOLS.get(number, f"ip-{number}")


@lru_cache(maxsize=65_536)
def packed_address(text: str) -> bytes | None:
    """An address text (a zone is dropped, a mapped IPv4 address unwrapped) packed; None if none."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if address.version == 6 and address.ipv4_mapped is not None:
        return address.ipv4_mapped.packed
    return address.packed


@lru_cache(maxsize=1024)
def protocol_number(text: str) -> int | None:
    """The number of a name or number text; None when it is neither."""
    number = _NUMBERS.get(text.lower())
    if number is not None:
        return number
    digits = text.lower().removeprefix("ip-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 3:
        return None
    return int(digits) if int(digits) < 256 else None


class FlowTotals:
    """All totals of one source; `beyond` counts connections that found no room any more.

    `names` holds the name and its source that the last answered connection of each pair had.
    """

    def __init__(self, limit: int = _LIMIT) -> None:
        self._limit = limit
        self._totals: dict[tuple[Pair, Name, Outcome], _Total] = {}
        self.names: dict[Pair, Name] = {}
        self._unnamed: Name = (None, None)
        self._samples = _SAMPLES
        self._slots = _SLOTS
        self.beyond = 0

    def name_of(self, pair: Pair) -> Name | None:
        """Name and its source of earlier connections of the same pair, None when there are none."""
        return self.names.get(pair)

    def add(self, connection: Connection) -> None:
        """Add one connection that is over or idle."""
        out, back = connection.out, connection.back
        alive = connection.continued or (back is not None and back.packets > 0)
        if alive and not connection.refused:
            outcome = Outcome.ANSWERED
        else:
            outcome = Outcome.REFUSED if connection.refused else Outcome.SILENT
        name = self._unnamed
        if connection.name is not None:
            name = (connection.name, connection.name_source)
        self.record(
            (connection.source, connection.peer, connection.protocol, connection.port),
            name,
            outcome,
            origin=connection.origin,
            first=connection.first,
            last=connection.last,
            counts=(
                0 if connection.continued else 1,
                out.packets if out is not None else 0,
                back.packets if back is not None else 0,
                out.bytes if out is not None else 0,
                back.bytes if back is not None else 0,
            ),
            mac=connection.mac,
            source_port=connection.source_port,
            library=connection.library,
        )

    def record(
        self,
        pair: Pair,
        name: Name,
        outcome: Outcome,
        *,
        origin: Origin,
        first: float,
        last: float,
        counts: Counts,
        mac: bytes | None = None,
        source_port: int | None = None,
        library: str | None = None,
        starts: Sequence[float] | None = None,
        sizes: Sequence[int | None] | None = None,
    ) -> None:
        """Add connections that began in one hour: `counts` are connections, packets out and in,
        bytes out and in (None: unknown). `starts` and `sizes` (bytes out) default to the one
        connection that `counts` is of."""
        total = self._totals.get((pair, name, outcome))
        if total is None:
            if len(self._totals) >= self._limit:
                self.beyond += 1
                return
            total = _Total(first, origin, source_port)
            self._totals[pair, name, outcome] = total
        if outcome is Outcome.ANSWERED or pair not in self.names:
            self.names[pair] = name
        if first < total.first:
            total.first = first
        if last > total.last:
            total.last = last
        held = total.origin
        if origin is not held and _CERTAINTY.index(origin) < _CERTAINTY.index(held):
            total.origin = origin
        if total.mac is None:
            total.mac = mac
        if total.library is None:
            total.library = library
        if total.source_port != source_port:
            total.source_port = None
        at = int(first // SLOT)
        slot = total.slots.get(at)
        if slot is None and not self._slots and total.slots:
            at = next(reversed(total.slots))
            slot = total.slots[at]
        self._slots -= slot is None and self._slots > 0
        total.slots[at] = counts if slot is None else _sum(slot, counts)
        if starts is None and counts[0]:
            starts, sizes = (first,), (counts[3],)
        if starts:
            self._sample(total, starts, sizes or ())

    def _sample(self, total: _Total, starts: Sequence[float], sizes: Sequence[int | None]) -> None:
        """Keep when connections began, for their rhythm: the first some hundred of each total."""
        room = min(_STARTS - len(total.starts), self._samples)
        if room <= 0:
            return
        starts, sizes = starts[:room], sizes[:room]
        self._samples -= len(starts)
        total.starts.extend(starts)
        known = [size for size in sizes if size is not None and 0 <= size <= _LARGEST]
        if len(known) == len(starts):
            total.sizes.extend(known)

    def flows(self, recorded_by: str) -> Iterator[Flow]:
        """Every total as a flow; `refused` is set where all that came back was a refusal."""
        for (pair, name, outcome), total in self._totals.items():
            source, peer, protocol, port = pair
            order = sorted(range(len(total.starts)), key=total.starts.__getitem__)
            sized = len(total.sizes) == len(total.starts)
            count, packets_out, packets_in, bytes_out, bytes_in = reduce(_sum, total.slots.values())
            yield Flow(
                source=address_text(source),
                source_mac=total.mac.hex(":") if total.mac else None,
                peer=address_text(peer),
                port=port,
                protocol=protocol_name(protocol),
                first=total.first,
                last=total.last,
                packets_out=packets_out,
                packets_in=packets_in,
                bytes_out=bytes_out,
                bytes_in=bytes_in,
                origin=total.origin,
                count=count or 1,
                refused=outcome is Outcome.REFUSED,
                blocked=outcome is Outcome.BLOCKED,
                name=name[0],
                name_source=name[1],
                source_port=total.source_port,
                library=total.library,
                slots=tuple(Slot(at * SLOT, *total.slots[at]) for at in sorted(total.slots)),
                starts=tuple(total.starts[place] for place in order),
                sizes=tuple(total.sizes[place] for place in order) if sized else (),
                recorded_by=recorded_by,
            )


def _sum(one: Counts, other: Counts) -> Counts:
    return (
        one[0] + other[0],
        plus(one[1], other[1]),
        plus(one[2], other[2]),
        plus(one[3], other[3]),
        plus(one[4], other[4]),
    )
