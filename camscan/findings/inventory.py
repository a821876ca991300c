"""The findings that need no traffic: what devices are, and lists and advisories about them."""

from __future__ import annotations

import msgspec

from camscan.findings.registry import IDENTITY_RULES, INVENTORY_RULES, with_findings
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
    rules = [rule(judge) for rule in INVENTORY_RULES]
    ids = {rule.id for rule in rules}
    kept = [skip for skip in run.coverage.skips if skip.what not in ids]
    told = [skip for rule in rules for skip in rule.skips(run)]
    coverage = msgspec.structs.replace(run.coverage, skips=(*kept, *told))
    run = msgspec.structs.replace(run, coverage=coverage)
    return with_findings(run, (*rules, *IDENTITY_RULES))
