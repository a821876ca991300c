"""How much time and how many bytes one exchange with one device may cost."""

from __future__ import annotations

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """Seconds and bytes of one connection.

    `connect_timeout` bounds the TCP handshake, `read_timeout` the silence between two reads,
    `total_timeout` the connection from connected to closed, `max_bytes` what is received.
    """

    connect_timeout: float = 2.0
    read_timeout: float = 4.0
    total_timeout: float = 10.0
    max_bytes: int = 65536
