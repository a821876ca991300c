"""The name that a client states when it opens a QUIC connection."""

from __future__ import annotations

from camscan.sources.flows.connection import Connection
from camscan.sources.flows.quic_initial import QuicHello
from camscan.sources.flows.tls_hello import Hello


class QuicName:
    """Reads the datagrams of the initiator of `opened`."""

    __slots__ = ("_hello", "_opened")

    def __init__(self, opened: Connection) -> None:
        self._hello = QuicHello()
        self._opened = opened

    def look_at(self, payload: bytes, sequence: int, at: float) -> bool:
        """Take up the next datagram; False when no more of them is wanted."""
        found = self._hello.look_at(payload)
        if isinstance(found, str):
            self._opened.name, self._opened.name_source = found, "quic-sni"
        return found is Hello.INCOMPLETE
