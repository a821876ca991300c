"""How much time and how many bytes one exchange with one device may cost."""

from __future__ import annotations

from msgspec import Struct

SYN_SECONDS = 0.8
"""Seconds that a sweep waits for the answer to a SYN. The first retransmission comes after 1 s
(RFC 6298 section 2.1): closing before it keeps the sweep at one packet for each silent port. The
fifth of a second between is for a busy machine: there a timeout fires late."""


class Limits(Struct, frozen=True, kw_only=True):
    """Seconds and bytes of one connection.

    `connect_timeout` bounds the TCP handshake, `read_timeout` the silence between two reads,
    `total_timeout` the connection from connected to closed, `max_bytes` what is received.
    """

    connect_timeout: float = 2.0
    read_timeout: float = 4.0
    total_timeout: float = 10.0
    max_bytes: int = 65536
