"""How the commands of `camscan fp` print: text, one JSON document, or one object a line."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from camscan.cli.common import Settings
from camscan.errors import UsageError

FORMATS = ("text", "json", "jsonl")
PIPED_WIDTH = 200


def wanted_format(settings: Settings) -> str:
    """The format asked for. Raises UsageError for one that `fp` does not write."""
    wanted = settings.format or "text"
    if wanted not in FORMATS:
        raise UsageError(f"--format {wanted}: fp writes {', '.join(FORMATS)}")
    return wanted


def print_json(document: Any) -> None:
    """One indented document."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())


def print_jsonl(entries: Iterable[Any]) -> None:
    """One object a line."""
    import msgspec

    for entry in entries:
        click.echo(msgspec.json.encode(entry).decode())


def print_table(
    settings: Settings, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Columns on a terminal or in a pipe; nothing is cut short in a pipe."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    terminal = sys.stdout.isatty()
    console = Console(
        file=sys.stdout,
        color_system="auto" if settings.color else None,
        width=None if terminal else PIPED_WIDTH,
    )
    console.print(table)
