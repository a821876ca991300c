"""The command line as a whole: exit codes, errors, options before and after the command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from camscan.errors import CamscanError, UsageError


def camscan(
    *arguments: str, text: str = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "camscan", *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )


LINE = '{"target": "cam", "field": "http.server", "value": "App-webs/"}\n'


def test_every_exception_carries_its_exit_code() -> None:
    kinds = [CamscanError]
    while kinds:
        kind = kinds.pop()
        assert kind.exit_code == (2 if issubclass(kind, UsageError) else 1)
        assert kind.__name__ in sys.modules["camscan.errors"].__doc__  # type: ignore[operator]
        kinds.extend(kind.__subclasses__())


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("scan",), 2, "no target"),
        (("scan", "8.8.8.8"), 2, "--allow-public"),
        (("scan", "10.0.0.1", "--ports", "9100"), 2, "printer"),
        (("scan", "10.0.0.1", "-o", "docx:x"), 2, "unknown format"),
        (("scan", "10.0.0.1", "-o", "json"), 2, "FORMAT:PATH"),
        (("scan", "10.0.0.1", "--site", "X"), 2, "not in the configuration"),
        (("scan", "10.0.0.1", "--profile", "fast"), 2, "gentle, normal, thorough"),
        (("scan", "10.0.0.1", "--until", "25:00"), 2, "HH:MM"),
        (("scan", "10.0.0.1", "--config", "/nonexistent.toml"), 2, "/nonexistent.toml"),
        (("report", "/nonexistent.json"), 1, "cannot read"),
        (("nonsense",), 2, "No such command"),
        (("scan", "--nonsense"), 2, "No such option"),
        (("identify", "/nonexistent"), 1, "cannot read"),
    ],
)
def test_errors_are_one_line_with_the_right_code(
    arguments: tuple[str, ...], code: int, said: str, tmp_path: Path
) -> None:
    done = camscan(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_version() -> None:
    assert camscan("--version").stdout.strip() == "0.1.0"


@pytest.mark.parametrize(
    "command",
    [
        "",
        "scan",
        "identify",
        "egress",
        "report",
        "explain",
        "fp",
        "lab",
        "lab up",
        "lab demo",
        "doctor",
        "schema",
    ],
)
def test_every_help_text_works_and_has_examples(command: str) -> None:
    done = camscan(*command.split(), "--help")
    assert done.returncode == 0
    assert "Usage" in done.stdout
    if command and command not in {"fp", "lab"}:
        assert "Examples:" in done.stdout


@pytest.mark.parametrize("before", [True, False])
def test_common_options_stand_before_or_after(before: bool) -> None:
    option = ["--format", "jsonl"]
    arguments = [*option, "identify"] if before else ["identify", *option]
    done = camscan(*arguments, text=LINE)
    assert json.loads(done.stdout)["id"] == "cam"
