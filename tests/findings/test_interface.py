import inspect

from camscan.findings.interface import CheckedRule, Rule
from camscan.findings.registry import (
    EGRESS_RULES,
    EXPOSURE_RULES,
    IDENTITY_RULES,
    INVENTORY_RULES,
)


def test_every_registered_rule_is_one(make_run, judge):
    made = (make(judge) for make in INVENTORY_RULES)
    for rule in (*EGRESS_RULES, *IDENTITY_RULES, *EXPOSURE_RULES, *made):
        assert rule.id
        assert inspect.signature(rule.findings).parameters.keys() == {"run"}
        assert list(rule.findings(make_run([], []))) == []
        assert inspect.getdoc(type(rule))
    assert {name for name in vars(Rule) if not name.startswith("_")} == {"findings"}
    assert {name for name in vars(CheckedRule) if not name.startswith("_")} == {"skips"}


def test_a_checked_rule_skips_nothing_where_there_is_nothing(make_run, judge):
    for rule in (*EXPOSURE_RULES, *(make(judge) for make in INVENTORY_RULES)):
        assert list(rule.skips(make_run([], []))) == []
