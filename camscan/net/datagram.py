"""One UDP answer, and the queue in which answers wait: bounded in bytes and for each sender."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from datetime import datetime

from msgspec import Struct

_QUEUE_BYTES = 64 * 1024 * 1024
FROM_ONE_SENDER = 256


class Datagram(Struct, frozen=True, kw_only=True):
    """One answer. `address` is canonical with its zone; `interface` where it arrived, as far as
    that is known; `in_scope` False means: report it, never send it anything."""

    data: bytes
    address: str
    port: int
    interface: str | None
    local_port: int
    at: datetime
    in_scope: bool


class Inbox:
    """Answers in order of arrival. `dropped` counts those of a flood."""

    def __init__(self) -> None:
        self.dropped = 0
        self._queue: deque[Datagram] = deque()
        self._bytes = 0
        self._by_sender: Counter[str] = Counter()
        self._arrival = asyncio.Event()
        self._closed = False

    @property
    def closed(self) -> bool:
        """True when nothing more will arrive."""
        return self._closed

    def admits(self, address: str, size: int) -> bool:
        """True when there is room for one more datagram of `address`; else it is counted."""
        self._by_sender[address] += 1
        if self._by_sender[address] > FROM_ONE_SENDER or self._bytes + size > _QUEUE_BYTES:
            self.dropped += 1
            return False
        return True

    def put(self, datagram: Datagram) -> None:
        """One more answer."""
        self._bytes += len(datagram.data)
        self._queue.append(datagram)
        self._arrival.set()

    def close(self) -> None:
        """Nothing more arrives; what is there stays readable."""
        self._closed = True
        self._arrival.set()

    async def get(self, timeout: float) -> Datagram | None:
        """The next answer, None when there is none within `timeout` seconds or after the end."""
        try:
            async with asyncio.timeout(timeout):
                while not self._queue:
                    if self._closed:
                        return None
                    self._arrival.clear()
                    await self._arrival.wait()
        except TimeoutError:
            return None
        found = self._queue.popleft()
        self._bytes -= len(found.data)
        return found
