import click
import pytest

from camscan.cli import cli

SHARED = {"--run", "--evidence", "--log-zone", "--mud", "--all-devices", "--geo-db", "--for"} | {
    "--promiscuous"
}


def options(name):
    context = click.Context(cli)
    command = cli.get_command(context, name)
    return {param.opts[0]: param for param in command.params if isinstance(param, click.Option)}


@pytest.fixture(scope="module")
def both():
    return options("egress"), options("watch")


def test_both_commands_take_the_same_words(both):
    egress, watch = both
    for name in SHARED:
        one, other = egress[name], watch[name]
        assert (one.name, one.metavar, one.multiple) == (other.name, other.metavar, other.multiple)
        assert (one.default, one.is_flag) == (other.default, other.is_flag)


def test_help_differs_only_where_the_commands_do(both):
    egress, watch = both
    differing = {name for name in SHARED if egress[name].help != watch[name].help}
    assert differing == {"--run", "--for"}
    assert watch["--run"].help == "The inventory: an id, latest or JSON; repeatable."
    assert egress["--run"].help.startswith("The inventory: an id, latest or JSON; repeatable, then")
    assert egress["--for"].help == watch["--for"].help.replace("Watch", "Capture")
