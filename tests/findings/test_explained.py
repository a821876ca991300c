"""Sentences about rules."""

from __future__ import annotations

from camscan.findings.explained import explained, explanations
from camscan.findings.registry import EXCEPTION_RULES, INVENTORY_RULES, RULE_FILES


def test_every_rule_has_a_sentence() -> None:
    ids = set(RULE_FILES) | {rule.id for rule in EXCEPTION_RULES}
    assert ids >= {getattr(rule, "id", None) for rule in INVENTORY_RULES}
    assert set(explanations()) == ids
    for rule in ids:
        sentence = explained(rule)
        assert sentence.endswith("."), f"{rule}: the file begins with `{rule}`: and a sentence"
        assert sentence[0].isupper()
        assert len(sentence) > 30


def test_a_rule_of_another_version_is_its_id() -> None:
    assert explained("of-tomorrow") == "of-tomorrow"
