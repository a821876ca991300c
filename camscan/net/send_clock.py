"""An exact rate for a thread that sends in batches."""

from __future__ import annotations

import time
from collections.abc import Callable

CATCH_UP = 1.04
"""After a stall the clock runs this much faster, so that the rate is held over a second too."""

_BURST_SECONDS = 0.020
_DEBT_SECONDS = 1.0
_BATCH_SECONDS = 0.001
_LATE_SECONDS = 0.005


class SendClock:
    """Paces batches to `per_second` packets.

    A thread wakes late: what is lost within 20 ms is made up for at once, what is lost beyond (up
    to a second) at four percent more. So over any time T at most per_second * (1.04 * T + 20 ms)
    leave. `others()` counts packets that somebody else has sent under the same ceiling: the
    batches leave room for them.
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
        self._due = clock()
        self._debt = 0.0
        self._per_second = per_second

    @property
    def per_second(self) -> float:
        return self._per_second

    def change(self, per_second: float) -> None:
        """Go on at another rate."""
        self._per_second = per_second

    def batch(self, most: int) -> int:
        """How many packets make one batch: what a millisecond sends, or what is overdue and five
        milliseconds send; at least one."""
        late = self._clock() - self._due
        seconds = min(max(late, _BATCH_SECONDS), _LATE_SECONDS)
        return max(1, min(most, int(self._per_second * seconds)))

    def wait_until(self) -> float:
        """The monotonic time at which the next batch may leave."""
        counted = self._others()
        self._due += (counted - self._counted) / self._per_second
        self._counted = counted
        return self._due

    def took(self, count: int) -> None:
        """A batch of `count` packets leaves now."""
        late = self._clock() - self._due
        if late > _BURST_SECONDS:
            self._due += late - _BURST_SECONDS
            self._debt = min(self._debt + late - _BURST_SECONDS, _DEBT_SECONDS)
        seconds = count / self._per_second
        repaid = min(self._debt, seconds * (1 - 1 / CATCH_UP))
        self._debt -= repaid
        self._due += seconds - repaid
