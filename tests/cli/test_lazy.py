"""Commands are imported only when they are called."""

from __future__ import annotations

import importlib

import click
import pytest
from click.shell_completion import get_completion_class, shell_complete

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


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_commands_and_options_complete_themselves(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = shell_complete(cli, {}, "camscan", "_CAMSCAN_COMPLETE", f"{shell}_source")
    assert asked == 0
    assert "_CAMSCAN_COMPLETE" in capsys.readouterr().out
    kind = get_completion_class(shell)
    assert kind is not None
    complete = kind(cli, {}, "camscan", "_CAMSCAN_COMPLETE")
    assert [item.value for item in complete.get_completions([], "rep")] == ["report"]
    assert [item.value for item in complete.get_completions(["scan"], "--pro")] == ["--profile"]
