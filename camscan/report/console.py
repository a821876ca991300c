"""The console that a report for a terminal is printed on."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console

_WIDTH = 160


def report_console(file: TextIO, *, color: bool, width: int | None) -> Console:
    """`width` None is wide enough for a file; texts stand as they are, without marks or emoji."""
    return Console(
        file=file,
        width=width or _WIDTH,
        force_terminal=color,
        no_color=not color,
        highlight=False,
        markup=False,
        emoji=False,
    )
