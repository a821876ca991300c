"""Closed connections added up: one total per pair, port, protocol, name and outcome; bounded."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from ipaddress import ip_address

from camscan.model.flow import Flow, Origin
from camscan.sources.connection import Connection

_LIMIT = 30_000
_PROTOCOLS = {1: "icmp", 2: "igmp", 6: "tcp", 17: "udp", 41: "ipv6", 47: "gre", 50: "esp"} | {
    51: "ah",
    58: "icmpv6",
    89: "ospf",
    103: "pim",
    112: "vrrp",
    132: "sctp",
}
_CERTAINTY = (Origin.SYN, Origin.PORTS, Origin.FIRST, Origin.UNKNOWN)

Pair = tuple[bytes, bytes, int, int | None]  # source, peer, protocol, port
Name = tuple[str | None, str | None]  # name and its source


class Outcome(Enum):
    """What came back."""

    ANSWERED = "answered"
    REFUSED = "refused"
    SILENT = "silent"


class _Total:
    __slots__ = (
        "bytes_in", "bytes_out", "count", "first", "last", "mac",
        "origin", "packets_in", "packets_out", "source_port",
    )  # fmt: skip

    def __init__(self, connection: Connection) -> None:
        self.first = connection.first
        self.last = connection.first
        self.packets_out = self.packets_in = self.bytes_out = self.bytes_in = self.count = 0
        self.origin = connection.origin
        self.mac = connection.mac
        self.source_port = connection.source_port


@lru_cache(maxsize=4096)
def address_text(packed: bytes) -> str:
    """Canonical text of a packed IPv4 or IPv6 address."""
    return str(ip_address(packed))


def protocol_name(number: int) -> str:
    """IANA's short name in lower case, or `ip-N`."""
    return _PROTOCOLS.get(number, f"ip-{number}")


class FlowTotals:
    """All totals of a reading; `beyond` counts connections that found no room any more."""

    def __init__(self, limit: int = _LIMIT) -> None:
        self._limit = limit
        self._totals: dict[tuple[Pair, Name, Outcome], _Total] = {}
        self._names: dict[Pair, Name] = {}
        self._unnamed: Name = (None, None)
        self.beyond = 0

    def name_of(self, pair: Pair) -> Name | None:
        """Name and its source of earlier connections of the same pair, None when there are none."""
        return self._names.get(pair)

    def add(self, connection: Connection) -> None:
        """Add one connection that is over or idle."""
        out, back = connection.out, connection.back
        alive = back is not None or connection.continued
        if alive and not connection.refused:
            outcome = Outcome.ANSWERED
        else:
            outcome = Outcome.REFUSED if connection.refused else Outcome.SILENT
        pair = (connection.source, connection.peer, connection.protocol, connection.port)
        name = self._unnamed
        if connection.name is not None:
            name = (connection.name, connection.name_source)
        total = self._totals.get((pair, name, outcome))
        if total is None:
            if len(self._totals) >= self._limit:
                self.beyond += 1
                return
            total = self._totals[pair, name, outcome] = _Total(connection)
        if outcome is Outcome.ANSWERED or pair not in self._names:
            self._names[pair] = name
        total.first = min(total.first, connection.first)
        total.last = max(total.last, connection.last)
        total.count += not connection.continued
        if _CERTAINTY.index(connection.origin) < _CERTAINTY.index(total.origin):
            total.origin = connection.origin
        if total.mac is None:
            total.mac = connection.mac
        if total.source_port != connection.source_port:
            total.source_port = None
        if out is not None:
            total.packets_out += out.packets
            total.bytes_out += out.bytes
        if back is not None:
            total.packets_in += back.packets
            total.bytes_in += back.bytes

    def flows(self, recorded_by: str) -> Iterator[Flow]:
        """Every total as a flow; `refused` is set where all that came back was a refusal."""
        for (pair, name, outcome), total in self._totals.items():
            source, peer, protocol, port = pair
            yield Flow(
                source=address_text(source),
                source_mac=total.mac.hex(":") if total.mac else None,
                peer=address_text(peer),
                port=port,
                protocol=protocol_name(protocol),
                first=total.first,
                last=total.last,
                packets_out=total.packets_out,
                packets_in=total.packets_in,
                bytes_out=total.bytes_out,
                bytes_in=total.bytes_in,
                origin=total.origin,
                count=total.count or 1,
                refused=outcome is Outcome.REFUSED,
                name=name[0],
                name_source=name[1],
                source_port=total.source_port,
                recorded_by=recorded_by,
            )
