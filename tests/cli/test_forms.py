"""Formats of their own."""

import pytest

from camscan.cli.common import Output, Settings
from camscan.cli.forms import colored, outputs_in, width_of
from camscan.errors import UsageError

OUT = Output(format="json", path="-")


def test_what_a_command_writes():
    assert outputs_in(Settings(), ("table",), "diff") == (Output(format="table", path="-"),)
    assert outputs_in(Settings(format="json"), ("json",), "diff") == (OUT,)
    with pytest.raises(UsageError, match="--format html: diff writes table, json"):
        outputs_in(Settings(format="html"), ("table", "json"), "diff")


def test_a_pipe_has_no_colour_and_no_width(capsys):
    assert not colored(OUT, Settings())
    assert width_of(OUT) is None
    assert width_of(Output(format="json", path="x")) is None
