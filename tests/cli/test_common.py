"""Options that every command takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from camscan.cli.common import Output, Settings, parse_output
from camscan.errors import UsageError


def test_parse_output() -> None:
    assert parse_output("json:-") == Output(format="json", path="-")
    assert parse_output("csv:C:\\x.csv") == Output(format="csv", path="C:\\x.csv")
    for text in ("json", "json:", ":x", ""):
        with pytest.raises(UsageError, match="FORMAT:PATH"):
            parse_output(text)


def test_the_command_s_options_win_over_the_group_s() -> None:
    outer = Settings(db="outer", config=Path("a.toml"), quiet=True, verbose=1)
    merged = Settings(db="inner", verbose=2).over(outer)
    assert (merged.db, merged.config, merged.quiet, merged.verbose) == (
        "inner",
        Path("a.toml"),
        True,
        2,
    )
    assert Settings(db="x").over(None).db == "x"


def test_where_reports_go() -> None:
    table = Output(format="table", path="-")
    wanted = Output(format="json", path="run.json")
    assert Settings().wanted_outputs() == (table,)
    assert Settings(outputs=(wanted,)).wanted_outputs() == (wanted,)
    assert Settings(outputs=(wanted,), format="csv").wanted_outputs() == (
        wanted,
        Output(format="csv", path="-"),
    )


def test_no_color_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert Settings().color
    assert not Settings(no_color=True).color
    monkeypatch.setenv("NO_COLOR", "")
    assert not Settings().color
