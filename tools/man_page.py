"""Writes docs/man/camscan.1 from the program's own help. `python tools/man_page.py`.

One page with every command, where generators for click make a page for each of them.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click

TARGET = Path(__file__).parents[1] / "docs" / "man" / "camscan.1"
FOOT = r""".SH EXIT STATUS
.TP
0
Done.
.TP
1
Could not run: no permission, an unreadable file, no such run.
.TP
2
Usage: an unknown option, a scope that forbids the run, a wrong configuration. Nothing was sent.
.TP
3
Done, but incomplete, with \fB\-\-require\-complete\fR.
.TP
10
Done, and a finding at or above \fB\-\-fail\-on\fR stands.
.TP
130
Interrupted; what was learned is written as a valid, partial run.
.SH FILES
.TP
.I camscan.toml
Configuration in the working folder, unless \fB\-\-config\fR names another.
.TP
.I ~/.local/share/camscan
Runs, baselines and tables; \fB\-\-db\fR names another place for runs.
.SH ENVIRONMENT
.TP
.B CAMSCAN_CONFIG
The configuration file, as \fB\-\-config\fR.
.TP
.B NO_COLOR
No colour on standard output.
"""


def page() -> str:
    """The whole page in man(7) macros."""
    from camscan.cli import cli

    found = list(_commands(cli, "camscan", None))
    (name, command, context), *others = found
    common = {option for parameter in command.params for option in parameter.opts}
    lines = [
        '.\\" Written by tools/man_page.py: do not edit.',
        '.TH CAMSCAN 1 "" "camscan" "User Commands"',
        ".SH NAME",
        f"camscan \\- {_text(_first_line(command))}",
        ".SH SYNOPSIS",
        rf"\fB{name}\fR {_text(' '.join(command.collect_usage_pieces(context)))}",
        ".SH DESCRIPTION",
        *_prose(command.help or ""),
        ".SH OPTIONS",
        "They may stand before or after the command.",
        *_options(command, context, leave_out=set()),
        ".SH COMMANDS",
    ]
    for path, each, inner in others:
        words = path.removeprefix("camscan ")
        lines += [f".SS {_text(words)}", rf"\fB{_text(path)}\fR {_usage(each, inner)}", ".PP"]
        lines += _prose(each.help or "")
        lines += _options(each, inner, leave_out=common)
    return "\n".join(lines) + "\n" + FOOT


def _commands(
    command: click.Command, name: str, parent: click.Context | None
) -> Iterator[tuple[str, click.Command, click.Context]]:
    context = click.Context(command, info_name=name, parent=parent)
    yield context.command_path, command, context
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            child = command.get_command(context, each)
            if child is not None and not child.hidden:
                yield from _commands(child, each, context)


def _usage(command: click.Command, context: click.Context) -> str:
    return _text(" ".join(command.collect_usage_pieces(context)))


def _first_line(command: click.Command) -> str:
    return " ".join(inspect.cleandoc(command.help or "").partition("\n\n")[0].split()).rstrip(".")


def _prose(text: str) -> list[str]:
    """Paragraphs; those that click may not fill (after a line with \\b) stay as they are."""
    lines: list[str] = []
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(text)):
        if paragraph.startswith("\b"):
            body = paragraph.removeprefix("\b").strip("\n").splitlines()
            lines += [".PP", ".nf", *map(_line, body), ".fi"]
        else:
            lines += [".PP", _line(" ".join(paragraph.split()))]
    return lines


def _options(command: click.Command, context: click.Context, leave_out: set[str]) -> list[str]:
    lines: list[str] = []
    for parameter in command.params:
        if not isinstance(parameter, click.Option) or leave_out.intersection(parameter.opts):
            continue
        record = parameter.get_help_record(context)
        if record is not None:
            lines += [".TP", rf".B {_text(record[0])}", _line(record[1])]
    return lines


def _line(text: str) -> str:
    """A line of text that is no request."""
    shown = _text(text)
    return rf"\&{shown}" if shown.startswith((".", "'")) else shown


def _text(text: str) -> str:
    """Escaped as groff_char(7) has it; what is not ASCII by its number."""
    plain = text.replace("\\", r"\e").replace("-", r"\-")
    return "".join(char if char.isascii() else f"\\[u{ord(char):04X}]" for char in plain)


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(page(), "utf-8", newline="\n")
