"""The findings that need no traffic: a run's devices against lists and advisories."""

from __future__ import annotations

import msgspec

from camscan.findings.critical_firmware import CriticalFirmware
from camscan.findings.interface import CheckedRule
from camscan.findings.known_exploited_firmware import KnownExploitedFirmware
from camscan.findings.listed_maker import ListedMaker
from camscan.findings.oem_of_listed_maker import OemOfListedMaker
from camscan.findings.possibly_affected_firmware import PossiblyAffectedFirmware
from camscan.findings.registry import with_findings
from camscan.lists.judge import Judge
from camscan.lists.kev import Catalogue
from camscan.lists.load import Lists, lists_of, with_catalogue
from camscan.matching.fingerprints import Fingerprints
from camscan.model.run import Run


def inventory_rules(data: Lists) -> tuple[CheckedRule, ...]:
    """The rules over `data`, the gravest first."""
    judge = Judge(data)
    return (
        KnownExploitedFirmware(judge),
        CriticalFirmware(judge),
        PossiblyAffectedFirmware(judge),
        ListedMaker(data),
        OemOfListedMaker(data),
    )


def with_inventory_findings(
    run: Run, fingerprints: Fingerprints, catalogue: Catalogue | None = None
) -> Run:
    """The run with these findings and skips; those it had of these rules are replaced.

    Pure. With `catalogue`, what it lists is known-exploited. Raises DataError for bad data.
    """
    data = lists_of(fingerprints)
    if catalogue is not None:
        data = with_catalogue(data, catalogue)
    rules = inventory_rules(data)
    ids = {rule.id for rule in rules}
    kept = [skip for skip in run.coverage.skips if skip.what not in ids]
    told = [skip for rule in rules for skip in rule.skips(run)]
    coverage = msgspec.structs.replace(run.coverage, skips=(*kept, *told))
    return with_findings(msgspec.structs.replace(run, coverage=coverage), rules)
