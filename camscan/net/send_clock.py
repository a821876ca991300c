"""An exact rate for a thread that sends in batches."""

from __future__ import annotations

import time
from collections.abc import Callable

CATCH_UP = 1.04
"""After a stall the clock runs this much faster, so that the rate is held over a second too."""

_DEBT = 1.0
_BATCH_SECONDS = 0.005


class SendClock:
    """Paces batches to `per_second` packets; over any time at most four percent more.

    `others()` counts packets that somebody else has sent under the same ceiling: the batches
    leave room for them. Lost time beyond a second is not made up for.
    """

    def __init__(
        self,
        per_second: float,
        *,
        others: Callable[[], int] = lambda: 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._others = others
        self._counted = others()
        self._due = self._earliest = clock()
        self._per_second = per_second

    @property
    def per_second(self) -> float:
        return self._per_second

    def change(self, per_second: float) -> None:
        """Go on at another rate."""
        self._per_second = per_second

    def batch(self, most: int) -> int:
        """How many packets make one batch: five milliseconds' worth, at least one."""
        return max(1, min(most, int(self._per_second * _BATCH_SECONDS)))

    def wait_until(self) -> float:
        """The monotonic time at which the next batch may leave."""
        counted = self._others()
        self._due += (counted - self._counted) / self._per_second
        self._counted = counted
        return max(self._due, self._earliest)

    def took(self, count: int) -> None:
        """A batch of `count` packets leaves now."""
        now = self._clock()
        self._due = max(self._due, now - _DEBT) + count / self._per_second
        self._earliest = now + count / (self._per_second * CATCH_UP)
