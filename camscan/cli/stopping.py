"""Ctrl-C and SIGTERM end a capture in order: what was seen is judged and kept."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Any, Self


class Stopping:
    """While the block runs, the first SIGINT or SIGTERM only sets `stopped`; the second one
    interrupts as usual. Works in the main thread."""

    _SIGNALS = (signal.SIGINT, signal.SIGTERM)

    def __init__(self) -> None:
        self.stopped = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for number in self._SIGNALS:
            self._before[number] = signal.signal(number, self._stop)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._restore()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopped = True
        self._restore()

    def _restore(self) -> None:
        while self._before:
            number, handler = self._before.popitem()
            signal.signal(number, handler)
