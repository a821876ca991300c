"""`--run`: the one run that a command about a device reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def run_option(which: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option, as `reference`; `which` says more of the run in its help."""
    return click.option(
        "--run",
        "reference",
        default="latest",
        show_default=True,
        metavar="RUN",
        help=f"The run{which}: an id, latest or a JSON file.",
    )
