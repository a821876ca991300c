"""Progress with an estimate of the time left: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from camscan.cli.message import say

if TYPE_CHECKING:
    from camscan.engine.request import Progress

_LINE_EVERY = 5.0


class ProgressDisplay:
    """Shows `Progress` on standard error; `quiet` shows nothing."""

    def __init__(self, *, quiet: bool = False, json_lines: bool = False) -> None:
        self._quiet = quiet
        self._json_lines = json_lines
        self._bar = None
        self._began = time.monotonic()
        self._last_line = self._began
        if not quiet and not json_lines and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f}%"),
                TimeRemainingColumn(),
                TextColumn("{task.fields[hosts]}"),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._bar.add_task("sweep", total=None, hosts="")

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, progress: Progress) -> None:
        """Show the newest state; lines come at most every five seconds."""
        if self._quiet:
            return
        hosts = f"{progress.hosts:,} hosts, {progress.hosts_done:,} asked"
        if self._bar is not None:
            self._bar.update(
                self._task,
                completed=progress.attempts,
                total=progress.attempts_in_all,
                hosts=hosts,
            )
            return
        now = time.monotonic()
        if now - self._last_line < _LINE_EVERY:
            return
        self._last_line = now
        say(f"{self._line(progress, now)}; {hosts}", json_lines=self._json_lines)

    def _line(self, progress: Progress, now: float) -> str:
        done, total = progress.attempts, max(1, progress.attempts_in_all)
        text = f"{done:,} of {total:,} connection attempts ({done * 100 // total} %)"
        if 0 < done < total:
            left = (now - self._began) / done * (total - done)
            text += f", about {left:.0f} s left"
        return text
