"""Alerts wait here for their destination, so that a slow or dead one holds up nothing."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from camscan.net.alert import Alert, AlertError, Sender

_MOST = 1_000
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0


class AlertQueue:
    """Sends in a thread of its own, oldest first; retries with growing pauses. At most 1,000 wait:
    then the oldest goes, and is counted in `lost`. `say` gets each fault once, and its end."""

    def __init__(
        self,
        sender: Sender,
        say: Callable[[str], None],
        *,
        first_wait: float = _FIRST_WAIT,
        most: int = _MOST,
    ) -> None:
        self.sent = 0
        self.lost = 0
        self._sender = sender
        self._say = say
        self._first_wait = first_wait
        self._most = most
        self._waiting: deque[Alert] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._give_up = float("inf")
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def put(self, alert: Alert) -> None:
        """Queue one; never blocks."""
        with self._changed:
            if len(self._waiting) >= self._most:
                self._waiting.popleft()
                self.lost += 1
            self._waiting.append(alert)
            self._changed.notify()

    def close(self, patience: float = 5.0) -> None:
        """Send what waits, as long as `patience` (seconds) allows, and say what did not arrive."""
        with self._changed:
            self._closing = True
            self._give_up = time.monotonic() + patience
            self._changed.notify()
        self._thread.join(patience + 1)
        left = len(self._waiting) + self.lost
        if left:
            self._say(f"{left} alerts never reached {self._sender.name}")
        self._sender.close()

    def _work(self) -> None:
        wait = self._first_wait
        failing = False
        while True:
            with self._changed:
                while not self._waiting and not self._closing:
                    self._changed.wait()
                if not self._waiting:
                    return
                alert = self._waiting[0]
            try:
                self._sender.send(alert)
            except AlertError as error:
                if not failing:
                    self._say(f"alerts to {self._sender.name} fail: {error}; trying again")
                failing = True
                if not self._paused(wait):
                    return
                wait = min(wait * 2, _LONGEST_WAIT)
                continue
            with self._changed:
                if self._waiting and self._waiting[0] is alert:
                    self._waiting.popleft()
                self.sent += 1
            if failing:
                self._say(f"alerts to {self._sender.name} arrive again")
            failing, wait = False, self._first_wait

    def _paused(self, seconds: float) -> bool:
        """Wait, but no longer than the end allows; False when it is time to give up."""
        end = time.monotonic() + seconds
        with self._changed:
            while (now := time.monotonic()) < min(end, self._give_up):
                self._changed.wait(min(end, self._give_up) - now)
            return time.monotonic() < self._give_up
