"""A bounded number of places: whoever comes first is first, and one may ask without waiting."""

from __future__ import annotations

import asyncio
from collections import deque


class Places:
    """A semaphore that hands a place straight on: nobody overtakes a waiter."""

    __slots__ = ("_free", "_waiters")

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiters: deque[asyncio.Future[None]] | None = None

    @property
    def full(self) -> bool:
        """True while no place is free."""
        return not self._free

    def take_now(self) -> bool:
        """Take a place when one is free; then nobody waits for it."""
        if not self._free:
            return False
        self._free -= 1
        return True

    async def take(self) -> None:
        """Wait for a place; every one that is taken needs one `give`."""
        if self.take_now():
            return
        if self._waiters is None:
            self._waiters = deque()
        turn = asyncio.get_running_loop().create_future()
        self._waiters.append(turn)
        try:
            await turn
        except BaseException:
            if turn.done() and not turn.cancelled():
                self.give()  # it was handed over in the very moment of the cancellation
            raise

    def give(self) -> None:
        """Let the next one in."""
        while self._waiters:
            turn = self._waiters.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
