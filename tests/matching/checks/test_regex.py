"""Shapes of regular expressions."""

from __future__ import annotations

import pytest

from camscan.matching.checks.regex import broken, check
from camscan.matching.data import DataRoot
from camscan.matching.load import load


def codes(make_root, regex: str) -> set[str]:
    change = ('contains = "BoltWeb"', f"regex = '{regex}'")
    data = load(DataRoot(base=make_root({"makers/bolt.toml": change})))
    return {problem.code for problem in check(data) if problem.rule == "bolt.http.server.web"}


@pytest.mark.parametrize(
    "regex",
    [
        r"^V\d+(?:\.\d+)+$",
        r"(?i)^bolt[ /]?web",
        r"BoltWeb/\d",
        r"^[a-z]+$",
        r"^(?:a|b)+x",
        r"realm=\"(?P<model>[^\"]+)\"",
    ],
)
def test_sound(make_root, regex: str) -> None:
    assert codes(make_root, regex) == set()


@pytest.mark.parametrize(
    ("regex", "code"),
    [
        (".*BoltWeb", "leading-dot"),
        (".+BoltWeb", "leading-dot"),
        (r"\d\d", "unbounded"),
        ("[a-z]+", "unbounded"),
        ("^(?:a+)+$", "nested"),
        (r"^(?:\d*)*$", "nested"),
        ("^BoltWeb$", "use-simpler"),
        ("^BoltWeb", "use-simpler"),
        ("BoltWeb", "use-simpler"),
        ("^(?P<maker>x)", "unknown-capture"),
        ("(?<=x)BoltWeb", "bad-regex"),
        (r"(a)\1", "bad-regex"),
    ],
)
def test_fault(make_root, regex: str, code: str) -> None:
    assert code in codes(make_root, regex)


def test_broken_rules_are_named(make_root) -> None:
    change = ('contains = "BoltWeb"', "regex = 'a('")
    data = load(DataRoot(base=make_root({"makers/bolt.toml": change})))
    assert broken(data) == {"bolt.http.server.web"}
