"""What a rule is about, in one sentence."""

from __future__ import annotations

import sys
from functools import cache

from camscan.findings.registry import EXCEPTION_RULES, RULE_FILES


@cache
def explanations() -> dict[str, str]:
    """Rule id to the sentence that the docstring of the rule's file begins with."""
    modules = RULE_FILES | {kind.id: kind.__module__ for kind in EXCEPTION_RULES}
    found = {}
    for rule, module in modules.items():
        # Several lines where the sentence is long; a blank line ends it.
        text = " ".join((sys.modules[module].__doc__ or "").partition("\n\n")[0].split())
        _, colon, sentence = text.partition(": ")
        found[rule] = sentence[:1].upper() + sentence[1:] if colon else rule
    return found


def explained(rule: str) -> str:
    """The sentence about a rule, or its id when this version does not know it."""
    return explanations().get(rule, rule)
