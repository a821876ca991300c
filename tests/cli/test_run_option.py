import click
import pytest
from click.testing import CliRunner

from camscan.cli.run_option import run_option


@pytest.mark.parametrize(("words", "reference"), [([], "latest"), (["--run", "r1"], "r1")])
def test_one_run_is_named(words, reference):
    @click.command()
    @run_option(" that DEVICE is in")
    def command(reference):
        click.echo(reference)

    assert CliRunner().invoke(command, words).output == f"{reference}\n"
    told = " ".join(CliRunner().invoke(command, ["--help"]).output.split())
    assert "The run that DEVICE is in: an id, latest or a JSON file. [default: latest]" in told
