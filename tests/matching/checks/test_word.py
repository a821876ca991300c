"""Words and names that rules use."""

from __future__ import annotations

from camscan.matching.checks.word import check
from camscan.matching.data import DataRoot
from camscan.matching.load import load


def codes(make_root, changes) -> set[tuple[str, str]]:
    data = load(DataRoot(base=make_root(changes)))
    return {(problem.rule, problem.code) for problem in check(data)}


def test_clean(data) -> None:
    assert list(check(data)) == []


def test_rule_that_says_nothing(make_root) -> None:
    change = ('asserts = { brand = "shop" }', "asserts = {}")
    assert codes(make_root, {"brands/shop.toml": change}) == {
        ("shop.http.title.shop", "asserts-nothing")
    }


def test_grammar_that_says_nothing(make_root) -> None:
    change = ('class = "camera"\nexamples = ["BT1"]', 'examples = ["BT1"]')
    assert codes(make_root, {"makers/bolt.toml": change}) == {
        ("bolt.model.camera", "asserts-nothing")
    }


def test_country_of_a_relations_brand(make_root) -> None:
    change = ('brand_country = "DE"', 'brand_country = "XX"')
    assert codes(make_root, {"oem.toml": change}) == {("stall", "unknown-country")}


def test_empty_fixed_text(make_root) -> None:
    change = ('asserts = { brand = "shop" }', 'asserts = { brand = "shop", model = " " }')
    assert codes(make_root, {"brands/shop.toml": change}) == {
        ("shop.http.title.shop", "empty-value")
    }
