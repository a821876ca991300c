"""Options of every command that judges traffic; each command puts them where its help has them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from camscan.cli.duration import as_seconds

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_FILE = click.Path(path_type=Path)


def inventory_option(several: str = "") -> Decorator:
    """`--run`, as `references`; `several` says what more than one are good for."""
    return click.option(
        "--run",
        "references",
        multiple=True,
        metavar="RUN",
        help=f"The inventory: an id, latest or JSON; repeatable{several}.",
    )


def time_option(verb: str) -> Decorator:
    """`--for`, as `seconds`: how long to do what `verb` says."""
    return click.option(
        "--for",
        "seconds",
        callback=as_seconds,
        metavar="TIME",
        help=f"{verb} so long (90s, 15m, 1h); without it until Ctrl-C.",
    )


evidence_option = click.option(
    "--evidence",
    multiple=True,
    type=_FILE,
    metavar="FILE",
    help="Leases or ARP tables: who had an address when; repeatable.",
)
zone_option = click.option(
    "--log-zone",
    default="UTC",
    show_default=True,
    metavar="ZONE",
    help="Time zone of logs that name none, as Europe/London.",
)
mud_option = click.option(
    "--mud",
    "muds",
    multiple=True,
    metavar="[SUBJECT=]FILE",
    help="An RFC 8520 file as policy; SUBJECT is maker:ID, class:, site: or device:; repeatable.",
)
all_devices_option = click.option(
    "--all-devices", is_flag=True, help="Judge every internal address, known or not."
)
geo_option = click.option(
    "--geo-db",
    "databases",
    multiple=True,
    type=_FILE,
    metavar="FILE",
    help="Your own MMDB of countries or networks; goes before all other tables; repeatable.",
)
promiscuous_option = click.option(
    "--promiscuous", is_flag=True, help="Capture frames to other machines too."
)
