"""Points of one rule for one attribute and one value."""

from __future__ import annotations

from camscan.matching.rule import Rule
from camscan.matching.vocabulary import Vocabulary


def points_of(vocabulary: Vocabulary, rule: Rule, attribute: str, value: str) -> int:
    """Points of the rule's strength, capped when the owner of a device can type `value`."""
    points = vocabulary.strength.points(rule.word(attribute))
    if rule.editable or vocabulary.is_editable(rule.field, value):
        return min(points, vocabulary.limit.editable)
    return points
