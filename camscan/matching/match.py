"""The matcher: all evidence of one target in, one identity out."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from camscan.matching.claim import identity_of
from camscan.matching.combine import Combiner
from camscan.matching.compile import CACHE_VALUE, RuleSet
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.gather import FieldHit, Gatherer
from camscan.matching.support import Decision
from camscan.model.coverage import Skip
from camscan.model.evidence import Evidence
from camscan.model.identity import Identity


class Judgement(Struct, frozen=True, kw_only=True):
    """An identity with everything that led to it. `skips` says what was not concluded and why."""

    identity: Identity
    hits: tuple[FieldHit, ...]
    decisions: dict[str, Decision]
    skips: tuple[Skip, ...] = ()


class Matcher:
    """Fingerprints made ready; one matcher serves any number of targets."""

    def __init__(self, fingerprints: Fingerprints) -> None:
        self.fingerprints = fingerprints
        self._gatherer = Gatherer(fingerprints)
        self._combiner = Combiner(fingerprints)

    @property
    def rules(self) -> RuleSet:
        """The compiled rules."""
        return self._gatherer.rules

    @property
    def gatherer(self) -> Gatherer:
        """What turns evidence into supports."""
        return self._gatherer

    def known_models(self, model: str) -> tuple[int, ...]:
        """Which patterns of the data fit a model number: models of one answer are judged alike."""
        return self._combiner.known_models(model)

    def look(self, evidence: Evidence) -> None:
        """Match one piece as it comes, so that judging finds the answer ready."""
        if len(evidence.value) <= CACHE_VALUE:
            self.rules.matches(evidence.field, evidence.value)

    def hits(self, evidence: Sequence[Evidence]) -> tuple[FieldHit, ...]:
        """Every rule that hits, in the order of the evidence."""
        return tuple(self._gatherer.hits(evidence))

    def judge(self, evidence: Sequence[Evidence]) -> Judgement:
        """What all evidence of one target means, with the reasons."""
        hits = self._gatherer.hits(evidence)
        verdicts = self._combiner.combine(self._gatherer.supports(evidence, hits))
        skips: tuple[Skip, ...] = ()
        if verdicts.conflict is not None:
            subject = evidence[0].target
            skips = (Skip(subject=subject, what="maker", reason=verdicts.conflict.reason),)
        return Judgement(
            identity=identity_of(verdicts, self.fingerprints),
            hits=tuple(hits),
            decisions=verdicts.decisions,
            skips=skips,
        )

    def identify(self, evidence: Sequence[Evidence]) -> Identity:
        """The claims about one target; an empty identity without evidence."""
        return self.judge(evidence).identity
