"""What the linter finds, as data."""

from __future__ import annotations

import msgspec

from camscan.matching.problem import Problem


def test_plain_data_and_an_error_unless_said() -> None:
    problem = Problem(file="f", rule="r", code="c", message="m")
    assert msgspec.to_builtins(problem) == {
        "file": "f",
        "rule": "r",
        "code": "c",
        "message": "m",
        "level": "error",
    }
