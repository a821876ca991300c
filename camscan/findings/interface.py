"""What a rule is: an id and a function from a run to findings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from camscan.model.coverage import Skip
from camscan.model.finding import Finding
from camscan.model.run import Run


class Rule(Protocol):
    """One rule. `id` is stable; `findings` sees only the run and never changes it."""

    id: str

    def findings(self, run: Run) -> Iterable[Finding]:
        """Every finding of this rule, in a stable order."""
        ...


class CheckedRule(Rule, Protocol):
    """A rule that may lack an input, and says for which devices it therefore said nothing."""

    def skips(self, run: Run) -> Iterable[Skip]:
        """What was not checked and why, one for each reason; `what` is the rule's id."""
        ...
