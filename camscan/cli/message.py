"""Messages on standard error, as text or as one JSON object a line."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from camscan.cli.common import Settings
    from camscan.inventory.journal import Record

NAME = "camscan"


def say(text: str, *, level: str = "info", json_lines: bool = False) -> None:
    """One message: `camscan: TEXT`, or {"at", "level", "message"} with `--log-format json`."""
    if json_lines:
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        click.echo(json.dumps({"at": at, "level": level, "message": text}), err=True)
    else:
        click.echo(f"{NAME}: {text}", err=True)


def wants_json(arguments: list[str]) -> bool:
    """Whether a command line asks for JSON messages; for faults before its options are parsed."""
    return "--log-format=json" in arguments or any(
        pair == ("--log-format", "json") for pair in pairwise(arguments)
    )


def fault(text: str) -> None:
    """A message of level error, in the form this process was asked for."""
    say(text, level="error", json_lines=wants_json(sys.argv[1:]))


def tell_record(record: Record, settings: Settings) -> None:
    """What `-v` (answers, skips, methods) and `-vv` (every contact) print of a scan as it runs."""
    from camscan.inventory.journal import Answered, MethodEnded, SawPort, Skipped, Touched
    from camscan.model.contact_round import RoundBegan
    from camscan.report.escape import plain

    match record:
        case Answered(address=address):
            text, needed = f"{address} answered", 1
        case SawPort(address=address, port=port) if port.status == "open":
            service = f" ({port.service})" if port.service else ""
            text, needed = f"{address} {port.port}/{port.transport} open{service}", 1
        case Skipped(skip=skip):
            text, needed = f"not checked: {skip.subject}: {skip.what}: {skip.reason}", 1
        case MethodEnded(method=method):
            text = f"{method.name} {method.status}: {method.sent} sent, {method.answered} answered"
            needed = 1
        case Touched(contact=contact):
            text = f"{contact.query} to {contact.address} {contact.port}/{contact.transport}"
            needed = 2
        case RoundBegan(query=query, addresses=addresses, port=number, transport=transport):
            text, needed = f"{query} to {', '.join(addresses)} {number}/{transport}", 2
        case _:
            return
    if settings.verbose >= needed:
        say(plain(text, 400), level="debug", json_lines=settings.json_lines)
