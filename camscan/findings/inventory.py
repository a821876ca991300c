"""The findings that need no traffic: a run's devices against lists and advisories, and what they
themselves said."""

from __future__ import annotations

import msgspec

from camscan.findings.exposed import essence
from camscan.findings.interface import CheckedRule
from camscan.findings.registry import EXPOSURE_RULES, INVENTORY_RULES, with_these
from camscan.lists.judge import Judge
from camscan.lists.kev import Catalogue
from camscan.lists.load import lists_of, with_catalogue
from camscan.matching.fingerprints import Fingerprints
from camscan.model.run import Run


def with_inventory_findings(
    run: Run, fingerprints: Fingerprints, catalogue: Catalogue | None = None
) -> Run:
    """The run with these findings and skips; those it had of these rules are replaced.

    Pure. With `catalogue`, what it lists is known-exploited. Raises DataError for bad data.
    """
    data = lists_of(fingerprints)
    if catalogue is not None:
        data = with_catalogue(data, catalogue)
    judge = Judge(data)
    rules: list[tuple[CheckedRule, Run]] = [(rule(judge), run) for rule in INVENTORY_RULES]
    said = essence(run)
    rules += [(rule, said) for rule in EXPOSURE_RULES]
    ids = {rule.id for rule, _ in rules}
    kept = [skip for skip in run.coverage.skips if skip.what not in ids]
    told = [skip for rule, seen in rules for skip in rule.skips(seen)]
    coverage = msgspec.structs.replace(run.coverage, skips=(*kept, *told))
    return with_these(
        msgspec.structs.replace(run, coverage=coverage),
        ids,
        [finding for rule, seen in rules for finding in rule.findings(seen)],
    )
