"""The start of one direction of a TCP connection, joined from its segments in bounded memory."""

from __future__ import annotations

_MOST_EARLY = 8
_LONGEST_GAP = 1 << 14


class Segments:
    """Gives the bytes of a stream in order, from the sequence number `start` on (None: from the
    first segment that is added). Early segments wait, repeated ones are passed over."""

    __slots__ = ("_early", "_next")

    def __init__(self, start: int | None = None) -> None:
        self._next = start
        self._early: dict[int, bytes] = {}

    def add(self, sequence: int, payload: bytes) -> bytes | None:
        """What follows on from what was given before; None when a gap is beyond repair."""
        if self._next is None:
            self._next = sequence
        ready = self._ready(sequence, payload)
        if ready is None:
            return b"" if self._wait(sequence, payload) else None
        while self._early:
            for held, early in self._early.items():
                more = self._ready(held, early)
                if more is not None:
                    del self._early[held]
                    ready += more
                    break
            else:
                break
        return ready

    def _ready(self, sequence: int, payload: bytes) -> bytes | None:
        """The part of a segment that continues the stream, None when it is still too early."""
        assert self._next is not None
        known = (self._next - sequence) & 0xFFFFFFFF
        if known >= 1 << 31:
            return None
        fresh = payload[known:]
        self._next = (self._next + len(fresh)) & 0xFFFFFFFF
        return fresh

    def _wait(self, sequence: int, payload: bytes) -> bool:
        assert self._next is not None
        gap = (sequence - self._next) & 0xFFFFFFFF
        if gap > _LONGEST_GAP or len(self._early) >= _MOST_EARLY:
            return False
        if len(payload) > len(self._early.get(sequence, b"")):
            self._early[sequence] = payload
        return True
