"""Writes docs/commands.md from the program's own help. `python tools/commands_doc.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

WIDTH = 100
TARGET = Path(__file__).parents[1] / "docs" / "commands.md"
HEAD = """# Commands

Every command with the text of its `--help`. This page is written by `python tools/commands_doc.py`;
a test compares it with the program.

The common options (`--config` to `--fingerprints`) may stand before or after the command. What the
exit codes mean is in [exit-codes.md](exit-codes.md), what the formats hold in
[formats.md](formats.md).

Commands and options complete themselves in bash, zsh and fish, for example with
`eval "$(_CAMSCAN_COMPLETE=bash_source camscan)"` in `~/.bashrc`, the same with `zsh_source` in
`~/.zshrc`, or `_CAMSCAN_COMPLETE=fish_source camscan | source` in fish's `config.fish`. The man
page `camscan(1)` is installed with the program.
"""


def document() -> str:
    """The whole page."""
    from camscan.cli import cli

    parts = [HEAD]
    for path, text in helps(cli, "camscan", None):
        parts.append(f"\n## {path}\n\n```text\n{text.rstrip()}\n```\n")
    return "".join(parts)


def helps(
    command: click.Command, name: str, parent: click.Context | None
) -> Iterator[tuple[str, str]]:
    """(full name, help text) of `command` and of all its commands."""
    settings: dict[str, Any] = {} if parent else dict(command.context_settings)
    settings |= {"terminal_width": WIDTH, "max_content_width": WIDTH}
    context = click.Context(command, info_name=name, parent=parent, **settings)
    with context.scope(cleanup=False):
        yield context.command_path, _plain(command.get_help(context))
        if isinstance(command, click.Group):
            for each in command.list_commands(context):
                child = command.get_command(context, each)
                if child is not None and not child.hidden:
                    yield from helps(child, each, context)


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())


if __name__ == "__main__":
    TARGET.write_text(document(), "utf-8", newline="\n")
