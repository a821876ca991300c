import inspect

from camscan.findings.interface import Rule
from camscan.findings.registry import EGRESS_RULES


def test_every_registered_rule_is_one(make_run):
    for rule in EGRESS_RULES:
        assert rule.id
        assert inspect.signature(rule.findings).parameters.keys() == {"run"}
        assert list(rule.findings(make_run([], []))) == []
        assert inspect.getdoc(type(rule))
    assert {name for name in vars(Rule) if not name.startswith("_")} == {"findings"}
