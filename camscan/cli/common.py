"""Options that every command takes, before or after its name."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from camscan.errors import UsageError


class Output(Struct, frozen=True, kw_only=True):
    """One `-o FORMAT:PATH`; the path `-` is standard output."""

    format: str
    path: str


class Settings(Struct, frozen=True, kw_only=True):
    """The common options; None or empty means not given here."""

    config: Path | None = None
    db: str | None = None
    outputs: tuple[Output, ...] = ()
    format: str | None = None
    quiet: bool = False
    verbose: int = 0
    no_color: bool = False
    log_format: str | None = None
    fingerprints: Path | None = None

    def over(self, outer: Settings | None) -> Settings:
        """These options, completed by those that stood before the command."""
        if outer is None:
            return self
        return Settings(
            config=self.config or outer.config,
            db=self.db or outer.db,
            outputs=self.outputs or outer.outputs,
            format=self.format or outer.format,
            quiet=self.quiet or outer.quiet,
            verbose=max(self.verbose, outer.verbose),
            no_color=self.no_color or outer.no_color,
            log_format=self.log_format or outer.log_format,
            fingerprints=self.fingerprints or outer.fingerprints,
        )

    @property
    def color(self) -> bool:
        """Colour on standard output: a terminal, not switched off (no-color.org)."""
        return sys.stdout.isatty() and not self.no_color and "NO_COLOR" not in os.environ

    @property
    def json_lines(self) -> bool:
        """Messages on standard error are objects of JSON, one a line."""
        return self.log_format == "json"

    def wanted_outputs(self, default: str = "table") -> tuple[Output, ...]:
        """What to write where; `--format` and the default go to standard output."""
        if self.format is not None:
            return (*self.outputs, Output(format=self.format, path="-"))
        return self.outputs or (Output(format=default, path="-"),)


def parse_output(text: str) -> Output:
    """`FORMAT:PATH`. Raises UsageError."""
    name, colon, path = text.partition(":")
    if not colon or not name or not path:
        raise UsageError(f"-o {text}: write FORMAT:PATH, for example -o json:run.json or -o csv:-")
    return Output(format=name, path=path)


_OPTIONS = (
    click.option(
        "--config",
        "common_config",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="CAMSCAN_CONFIG",
        help="Configuration file.  [default: ./camscan.toml if it exists]",
    ),
    click.option("--db", "common_db", metavar="PATH", help="Data base; runs are kept beside it."),
    click.option(
        "-o",
        "--output",
        "common_output",
        multiple=True,
        metavar="FORMAT:PATH",
        help="Write a report; repeatable; - is standard output.",
    ),
    click.option("--format", "common_format", help="Format on standard output."),
    click.option("-q", "--quiet", "common_quiet", is_flag=True, help="No progress."),
    click.option("-v", "--verbose", "common_verbose", count=True, help="More detail; repeatable."),
    click.option("--no-color", "common_no_color", is_flag=True, help="No colour."),
    click.option(
        "--log-format",
        "common_log_format",
        type=click.Choice(["text", "json"]),
        help="Form of messages on standard error.",
    ),
    click.option(
        "--fingerprints",
        "common_fingerprints",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Use this fingerprint folder instead of the shipped one.",
    ),
)


def common_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the common options; the command gets them merged as `settings`."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        values = {key: kwargs.pop(key) for key in list(kwargs) if key.startswith("common_")}
        own = Settings(
            config=values["common_config"],
            db=values["common_db"],
            outputs=tuple(parse_output(text) for text in values["common_output"]),
            format=values["common_format"],
            quiet=values["common_quiet"],
            verbose=values["common_verbose"],
            no_color=values["common_no_color"],
            log_format=values["common_log_format"],
            fingerprints=values["common_fingerprints"],
        )
        context = click.get_current_context()
        outer = context.find_object(Settings)
        return function(*args, settings=own.over(outer), **kwargs)

    for option in reversed(_OPTIONS):
        wrapper = option(wrapper)
    return wrapper
