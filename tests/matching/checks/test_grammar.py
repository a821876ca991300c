"""Grammars and relations."""

from __future__ import annotations

from camscan.matching.checks.grammar import check
from camscan.matching.data import DataRoot
from camscan.matching.load import load

MORE = """
[[relation]]
brand = "acme"
maker = "bolt"
kind = "oem"
confidence = "weak"
source = ["github:acme/acme#5"]

[[relation]]
brand = "bolt"
brand_name = "Bolt"
brand_country = "CN"
maker = "acme"
kind = "oem"
confidence = "weak"
source = ["github:acme/acme#6"]
"""


def found(make_root, changes) -> set[tuple[str, str]]:
    data = load(DataRoot(base=make_root(changes)))
    return {(problem.rule, problem.code) for problem in check(data)}


def test_clean(data) -> None:
    assert list(check(data)) == []


def test_longer_circle(make_root) -> None:
    change = ('source = ["github:acme/acme#3"]', f'source = ["github:acme/acme#3"]\n{MORE}')
    circular = {rule for rule, code in found(make_root, {"oem.toml": change}) if code == "circular"}
    assert circular == {"oem.acme.bolt.3", "oem.bolt.acme.4"}


def test_counter_examples(make_root) -> None:
    changes = {
        "makers/acme.toml": ('not_examples = ["AC-R100"]', 'not_examples = ["AC-C9"]'),
        "oem.toml": ('not_examples = ["SX-1"]', 'not_examples = ["SH-9"]'),
    }
    assert found(make_root, changes) == {
        ("acme.model.camera", "not-example-hit"),
        ("oem.shop.acme.1", "not-example-hit"),
    }


def test_a_number_may_be_in_two_grammars_that_say_the_same(make_root) -> None:
    wide = """
[[model]]
id = "acme.model.any"
regex = '^AC-'
class = "CLASS"
brand = "acme"
examples = ["AC-C100"]
source = ["github:acme/acme#1"]

[[model]]
id = "acme.model.camera"
"""
    for kind, faults in (
        ("camera", {("acme.model.recorder", "shadowed")}),
        ("other", {("acme.model.recorder", "shadowed"), ("acme.model.camera", "shadowed")}),
    ):
        change = ('\n[[model]]\nid = "acme.model.camera"\n', wide.replace("CLASS", kind))
        assert found(make_root, {"makers/acme.toml": change}) == faults


def test_grammar_that_re2_refuses_is_left_to_its_own_check(make_root) -> None:
    assert found(make_root, {"makers/acme.toml": ("'^AC-R\\d'", "'^AC-R('")}) == set()
