"""Commands are imported only when they are called."""

from __future__ import annotations

import importlib

import click
import pytest

from camscan.cli import cli
from camscan.cli.lazy import LazyGroup


def test_every_declared_command_exists_and_has_help() -> None:
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert command.help


def test_an_unknown_name_is_none() -> None:
    assert cli.get_command(click.Context(cli), "none") is None


def test_listing_imports_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    group = LazyGroup(commands_in="no.such.package", command_names={"a": "help of a"})
    monkeypatch.setattr(importlib, "import_module", lambda name: pytest.fail(name))
    context = click.Context(group)
    assert group.list_commands(context) == ["a"]
    assert "help of a" in group.get_help(context)
