"""Progress."""

from __future__ import annotations

import pytest

from camscan.cli import progress
from camscan.cli.progress import ProgressDisplay
from camscan.engine.request import Progress

HALF = Progress(attempts=50, attempts_in_all=100, hosts=3, hosts_done=1)


def test_plain_lines_with_an_estimate(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    with ProgressDisplay() as display:
        display(HALF)
        assert capsys.readouterr().err == "", "not more often than every five seconds"
        now[0] += 10
        display(HALF)
    said = capsys.readouterr().err
    assert "50 of 100 connection attempts (50 %), about 10 s left; 3 hosts, 1 asked" in said


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressDisplay(quiet=True) as display:
        display(HALF)
    assert capsys.readouterr().err == ""


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with ProgressDisplay() as display:
        display(HALF)
        assert display._bar is not None
        assert display._bar.tasks[0].completed == 50
