"""What a capture or a log saw between two addresses, before anybody judges it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

SLOT = 3600  # seconds


class Origin(StrEnum):
    """Who began a flow, and how that is known; `recorded`: the source itself says so."""

    SYN = "syn"
    RECORDED = "recorded"
    PORTS = "ports"
    FIRST = "first"
    UNKNOWN = "unknown"


class Slot(Struct, frozen=True, array_like=True):
    """What began within one hour: `at` is its start (seconds since the epoch, a multiple of SLOT).

    Counters are None where the source cannot know them.
    """

    at: int
    count: int
    packets_out: int | None
    packets_in: int | None
    bytes_out: int | None
    bytes_in: int | None


class Flow(Struct, frozen=True, kw_only=True):
    """Flows of one source, pair, port, protocol, name and outcome, oriented from the initiator.

    `source`/`peer` are addresses, `source_mac` the initiator's MAC where the capture is on-link;
    `port` is the peer's; times are seconds since the epoch; counters are None where the source
    cannot know them; bytes are those of the outer IP packet. `refused` is a reset or an
    ICMP error instead of an answer, `blocked` a firewall that said so. `name` with `name_source`
    (`dns`, `sni`, ...) or None; a DNS question without a connection has `peer` None and no packets.
    `library` is the id of the P2P library that the first payload bytes show. `slots` split the
    counters by the hour in which a connection began; `starts` and `sizes` (bytes out) belong to
    the connections of which the source tells them, oldest first, at most some hundred.
    """

    source: str
    source_mac: str | None
    peer: str | None
    port: int | None
    protocol: str
    first: float
    last: float
    packets_out: int | None
    packets_in: int | None
    bytes_out: int | None
    bytes_in: int | None
    origin: Origin
    count: int = 1
    refused: bool = False
    blocked: bool = False
    name: str | None = None
    name_source: str | None = None
    source_port: int | None = None
    library: str | None = None
    slots: tuple[Slot, ...] = ()
    starts: tuple[float, ...] = ()
    sizes: tuple[int, ...] = ()
    recorded_by: str = ""
