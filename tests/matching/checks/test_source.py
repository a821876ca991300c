"""Sources and reviews."""

from __future__ import annotations

from datetime import date

import pytest

from camscan.matching.checks.source import ages, check, kind_of, names_no_text
from camscan.matching.data import DataRoot
from camscan.matching.load import load


def codes(make_root, changes) -> set[tuple[str, str]]:
    data = load(DataRoot(base=make_root(changes)))
    return {(problem.rule, problem.code) for problem in check(data)}


def test_kinds() -> None:
    assert kind_of("github:a/b path") == "github"
    assert kind_of("https://example.org/") == "https"
    assert kind_of("memory") == "memory"


def test_public_code_carries_medium_only(make_root) -> None:
    strong = ('source = ["manual: shop"]', 'source = ["public-code: a page, text `Shop`"]')
    assert codes(make_root, {"brands/shop.toml": strong}) == {
        ("shop.http.title.shop", "source-weak")
    }
    second = ('source = ["manual: shop"]', 'source = ["public-code: `x`", "github:a/b#1"]')
    assert codes(make_root, {"brands/shop.toml": second}) == set()


def test_public_code_quotes_the_text_that_finds_it(make_root) -> None:
    assert names_no_text("public-code: exact string search")
    assert not names_no_text("public-code: a page, text `Shop`")
    assert not names_no_text("github:a/b path")
    change = ('source = ["manual: shop"]', 'source = ["manual: shop", "public-code: a page"]')
    assert codes(make_root, {"brands/shop.toml": change}) == {
        ("shop.http.title.shop", "source-text")
    }


def test_unknown_kinds_of_heads_and_relations(make_root) -> None:
    changes = {
        "brands/shop.toml": ("vendor: shop", "hearsay: shop"),
        "oem.toml": ("github:acme/acme#3", "hearsay"),
    }
    assert codes(make_root, changes) == {
        ("shop", "source-kind"),
        ("oem.stall.bolt.2", "source-kind"),
    }


@pytest.mark.parametrize(
    ("today", "levels"),
    [
        (date(2026, 11, 24), []),
        (date(2026, 1, 1), ["error"] * 5),
        (date(2029, 1, 1), ["warning"] * 5),
    ],
)
def test_ages(data, today: date, levels: list[str]) -> None:
    assert [problem.level for problem in ages(data, today)] == levels
