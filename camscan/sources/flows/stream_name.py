"""The name that a client states at the start of a TCP stream: TLS SNI, HTTP Host or CONNECT."""

from __future__ import annotations

from camscan.sources.flows import http_host
from camscan.sources.flows.connection import Connection
from camscan.sources.flows.segments import Segments
from camscan.sources.flows.tls_hello import Hello, server_name

_LONGEST_START = 1 << 14


class StreamName:
    """Reads what the initiator of `opened` sends, from the sequence number `start` on."""

    __slots__ = ("_begin", "_opened", "_segments")

    def __init__(self, opened: Connection, start: int | None = None) -> None:
        self._opened = opened
        self._segments = Segments(start)
        self._begin = b""

    def look_at(self, payload: bytes, sequence: int, at: float) -> bool:
        """Take up the next payload; False when no more of the stream is wanted."""
        more = self._segments.add(sequence, payload)
        if more is None:
            return False
        if not more:
            return True
        begin = self._begin + more
        found = server_name(begin)
        opened = self._opened
        if isinstance(found, str):
            opened.name, opened.name_source = found, "sni"
            return False
        unfinished = found is Hello.INCOMPLETE or http_host.is_unfinished(begin)
        if unfinished and len(begin) <= _LONGEST_START:
            self._begin = begin
            return True
        target = http_host.connect_target(begin)
        name = target or http_host.host(begin)
        if name is not None:
            opened.name = name
            opened.name_source = "http-connect" if target else "http-host"
        return False
