"""One connection while its packets are being counted, and which side began it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from camscan.model.flow import Origin

if TYPE_CHECKING:
    from camscan.sources.flows.packet_counter import Half

TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
FIN, SYN, RST, ACK = 1, 2, 4, 16
_SYSTEM_PORTS = 1024
_EPHEMERAL = 32_768  # the lowest start of the dynamic range in common use

# What is still looked for in the payloads of one direction.
HOOK_NONE, HOOK_FIRST, HOOK_DNS, HOOK_STREAM, HOOK_QUIC = 0, 1, 2, 4, 8


class StreamStart(Protocol):
    """Who reads the payloads of one direction until it has what it looks for."""

    def look_at(self, payload: bytes, sequence: int, at: float) -> bool:
        """Take up the next payload, `sequence` 0 for datagrams; False when no more is wanted."""


class Connection:
    """Both directions, oriented from the initiator `source`; addresses are packed."""

    __slots__ = (
        "back",
        "continued",
        "first",
        "initial",
        "library",
        "mac",
        "name",
        "name_source",
        "origin",
        "out",
        "peer",
        "port",
        "protocol",
        "refused",
        "source",
        "source_port",
    )

    def __init__(
        self,
        source: bytes,
        peer: bytes,
        protocol: int,
        source_port: int | None,
        port: int | None,
        origin: Origin,
        first: float,
    ) -> None:
        self.source = source
        self.peer = peer
        self.protocol = protocol
        self.source_port = source_port
        self.port = port
        self.origin = origin
        self.first = first
        self.out: Half | None = None
        self.back: Half | None = None
        self.initial: bytes | None = None  # sequence number of the SYN
        self.library: str | None = None
        self.mac: bytes | None = None
        self.name: str | None = None
        self.name_source: str | None = None
        self.refused = False
        self.continued = False

    @property
    def last(self) -> float:
        """Time of the newest packet of either direction."""
        out, back = self.out, self.back
        if out is None or back is None:
            half = out or back
            return half.last if half is not None else self.first
        return out.last if out.last > back.last else back.last

    def begin_anew(self, at: float) -> None:
        """The same ends after a pause: nothing is counted yet, the initiator stays who it was."""
        self.first = at
        self.refused = False
        for half in (self.out, self.back):
            if half is not None:
                half.packets = half.bytes = 0


def tcp_start(flags: int, source_port: int, port: int) -> tuple[bool, Origin]:
    """Whether the sender of the first TCP packet seen began the connection, and how it is known."""
    if flags & SYN:
        return not flags & ACK, Origin.SYN
    by_ports = _by_ports(source_port, port)
    if by_ports is None:
        return True, Origin.UNKNOWN
    return by_ports, Origin.PORTS


def udp_start(source_port: int, port: int) -> tuple[bool, Origin]:
    """The same for UDP: a system port is the server's, otherwise who spoke first began."""
    low, high = sorted((source_port, port))
    if low < _SYSTEM_PORTS <= high:
        return port == low, Origin.PORTS
    return True, Origin.FIRST


def _by_ports(source_port: int, port: int) -> bool | None:
    low, high = sorted((source_port, port))
    if low < _SYSTEM_PORTS <= high or low < _EPHEMERAL <= high:
        return port == low
    return None


# ICMP types that report an error about another packet (RFC 792, RFC 4443) and echo replies
_ICMP_ERRORS = {ICMP: frozenset({3, 4, 5, 11, 12}), ICMPV6: frozenset({1, 2, 3, 4})}
_ICMP_REPLIES = {ICMP: frozenset({0, 14, 16, 18}), ICMPV6: frozenset({129})}
UNREACHABLE = {ICMP: 3, ICMPV6: 1}


def icmp_start(protocol: int, kind: int) -> tuple[bool, Origin]:
    """The same for ICMP; an error message is nobody's call."""
    if kind in _ICMP_ERRORS[protocol]:
        return True, Origin.UNKNOWN
    return kind not in _ICMP_REPLIES[protocol], Origin.FIRST
