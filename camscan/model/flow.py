"""What a capture or a log saw between two addresses, before anybody judges it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Origin(StrEnum):
    """Who began a flow, and how that is known."""

    SYN = "syn"
    PORTS = "ports"
    FIRST = "first"
    UNKNOWN = "unknown"


class Flow(Struct, frozen=True, kw_only=True):
    """One flow, oriented from its initiator.

    `source`/`peer` are addresses, `source_mac` the initiator's MAC where the capture is on-link;
    `port` is the peer's; times are seconds since the epoch; counters are None where the source
    cannot know them; bytes are those of the outer IP packet. `refused` is a reset or an
    ICMP error instead of an answer. `name` with `name_source` (`dns`, `sni`, ...) or None;
    a DNS question without a connection has `peer` None and no packets.
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
    name: str | None = None
    name_source: str | None = None
    source_port: int | None = None
    recorded_by: str = ""
