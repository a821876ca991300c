"""DNS messages over TCP, each behind its length (RFC 1035 section 4.2.2), in one direction."""

from __future__ import annotations

from camscan.sources.dns_message import read_message
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.segments import Segments

_LONGEST = 1 << 14
_MOST_MESSAGES = 64


class DnsStream:
    """What `client` asks or is answered, from the sequence number `start` on, goes to `names`."""

    __slots__ = ("_begin", "_client", "_messages", "_names", "_segments")

    def __init__(self, names: NameTable, client: bytes, start: int | None = None) -> None:
        self._names = names
        self._client = client
        self._segments = Segments(start)
        self._begin = b""
        self._messages = 0

    def look_at(self, payload: bytes, sequence: int, at: float) -> bool:
        """Take up the next payload; False when the stream cannot be followed any more."""
        more = self._segments.add(sequence, payload)
        if more is None:
            return False
        data = self._begin + more
        while len(data) >= 2:
            size = int.from_bytes(data[:2], "big")
            if not 12 <= size <= _LONGEST:
                return False
            if len(data) < 2 + size:
                break
            message = read_message(data[2 : 2 + size])
            if message is not None:
                self._names.learn(self._client, message, at)
            data = data[2 + size :]
            self._messages += 1
        self._begin = data
        return self._messages < _MOST_MESSAGES
