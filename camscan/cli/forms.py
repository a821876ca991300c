"""Outputs of commands that have formats of their own instead of those of reports."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Collection

from camscan.cli.common import Output, Settings
from camscan.errors import UsageError


def outputs_in(
    settings: Settings, forms: Collection[str], command: str, default: str = "table"
) -> tuple[Output, ...]:
    """What to write where. Raises UsageError for a format that `command` does not write."""
    outputs = settings.wanted_outputs(default)
    for output in outputs:
        if output.format not in forms:
            raise UsageError(f"--format {output.format}: {command} writes {', '.join(forms)}")
    return outputs


def colored(output: Output, settings: Settings) -> bool:
    """True for standard output that is a terminal with colour."""
    return output.path == "-" and settings.color


def width_of(output: Output) -> int | None:
    """Columns of the terminal that is written to; None for a file or pipe."""
    on_terminal = output.path == "-" and sys.stdout.isatty()
    return shutil.get_terminal_size().columns if on_terminal else None
