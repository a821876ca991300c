"""What was heard and not read yet, in bounded memory."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from msgspec import Struct

_MOST_BYTES = 16 << 20
_MOST_ITEMS = 65_536


class HeardFrame(Struct, frozen=True):
    """An Ethernet frame as it stood on the wire of `interface`; `at` is seconds since the epoch."""

    at: float
    interface: str
    data: bytes


class HeardDatagram(Struct, frozen=True, kw_only=True):
    """The payload of a UDP datagram; `source` is canonical with its IPv6 zone."""

    at: float
    source: str
    source_port: int
    port: int
    data: bytes


class Inbox:
    """A queue from callbacks to one reader. `dropped` counts what found no room."""

    def __init__(self) -> None:
        self._queue: deque[HeardFrame | HeardDatagram] = deque()
        self._bytes = 0
        self._arrival = asyncio.Event()
        self.dropped = 0

    def put(self, item: HeardFrame | HeardDatagram) -> None:
        """Add an item, or count it as dropped."""
        if len(self._queue) >= _MOST_ITEMS or self._bytes + len(item.data) > _MOST_BYTES:
            self.dropped += 1
            return
        self._bytes += len(item.data)
        self._queue.append(item)
        self._arrival.set()

    async def listen(self, seconds: float) -> AsyncIterator[HeardFrame | HeardDatagram]:
        """Every item of the next `seconds`; what had arrived by then is read to its end."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while True:
            while self._queue:
                item = self._queue.popleft()
                self._bytes -= len(item.data)
                yield item
            if (left := end - loop.time()) <= 0:
                return
            self._arrival.clear()
            try:
                async with asyncio.timeout(left):
                    await self._arrival.wait()
            except TimeoutError:
                continue
