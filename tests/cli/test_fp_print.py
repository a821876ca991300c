"""Forms of what `camscan fp` prints."""

from __future__ import annotations

import json

import pytest

from camscan.cli.common import Settings
from camscan.cli.fp_print import print_json, print_jsonl, print_table, wanted_format
from camscan.errors import UsageError


def test_the_format_asked_for() -> None:
    assert wanted_format(Settings()) == "text"
    assert wanted_format(Settings(format="jsonl")) == "jsonl"
    with pytest.raises(UsageError, match="text, json, jsonl"):
        wanted_format(Settings(format="csv"))


def test_json_and_lines(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a": [1]})
    assert json.loads(capsys.readouterr().out) == {"a": [1]}
    print_jsonl([{"a": 1}, {"b": None}])
    assert capsys.readouterr().out == '{"a":1}\n{"b":null}\n'


def test_a_table_in_a_pipe_is_not_cut_and_has_no_markup(
    capsys: pytest.CaptureFixture[str],
) -> None:
    long = "x" * 120
    print_table(Settings(), ["one", "two"], [[long, None], ["[bold]b", 3]])
    head, first, second = capsys.readouterr().out.splitlines()
    assert head.split() == ["one", "two"]
    assert first.strip() == long
    assert second.split() == ["[bold]b", "3"]
