"""Hosts that answered something, handed to the inquiries that ask only such hosts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator


class HostFeed:
    """Every address once, to each reader, in order; ends when all `sources` have ended.

    A source is whatever may still find a host: a sweep, an inquiry of a link or of every address.
    """

    def __init__(self, sources: int = 0) -> None:
        self._sources = sources
        self._hosts: dict[str, None] = {}
        self._order: list[str] = []
        self._changed = asyncio.Event()

    def add(self, address: str) -> None:
        """`address` answered."""
        if address not in self._hosts:
            self._hosts[address] = None
            self._order.append(address)
            self._tell()

    def source_ended(self) -> None:
        """One of the sources will find no more hosts."""
        self._sources -= 1
        self._tell()

    async def __aiter__(self) -> AsyncIterator[str]:
        """Those known and those to come."""
        place = 0
        while True:
            while place < len(self._order):
                place += 1
                yield self._order[place - 1]
            if self._sources <= 0:
                return
            await self._changed.wait()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
