"""The findings that need no traffic: what devices are, what they themselves said, and lists and
advisories about them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from camscan.config import ListsConfig, NetworkConfig
from camscan.findings.exposed import essence
from camscan.findings.interface import CheckedRule
from camscan.findings.registry import (
    EXPOSURE_RULES,
    IDENTITY_RULES,
    INVENTORY_RULES,
    NETWORK_RULES,
    with_these,
)
from camscan.lists.judge import Judge
from camscan.lists.kev import Catalogue
from camscan.lists.load import lists_of, with_catalogue
from camscan.lists.policy import with_policy
from camscan.matching.fingerprints import Fingerprints
from camscan.model.run import Run


def with_inventory_findings(
    run: Run,
    fingerprints: Fingerprints,
    catalogue: Catalogue | None = None,
    networks: Sequence[NetworkConfig] = (),
    lists: ListsConfig | None = None,
) -> Run:
    """The run with these findings and skips; those it had of these rules are replaced.

    Pure. With `catalogue`, what it lists is known-exploited; `networks` are the user's word about
    where cameras belong, `lists` about which lists count. Raises DataError for bad data and
    ConfigError for a list that is not there.
    """
    data = lists_of(fingerprints)
    if lists is not None:
        data = with_policy(data, lists)
    if catalogue is not None:
        data = with_catalogue(data, catalogue)
    judge = Judge(data)
    rules = [rule(judge) for rule in INVENTORY_RULES]
    return _with(run, [*rules, *_network(networks)], EXPOSURE_RULES)


def with_own_findings(run: Run, networks: Sequence[NetworkConfig] = ()) -> Run:
    """The same of the rules that rest on the run and the user's word alone: equal on any day."""
    return _with(run, _network(networks), EXPOSURE_RULES)


def _network(networks: Sequence[NetworkConfig]) -> list[CheckedRule]:
    return [rule(networks) for rule in NETWORK_RULES]


def _with(run: Run, about: Sequence[CheckedRule], exposure: Sequence[CheckedRule]) -> Run:
    """The run with the findings and skips of these rules and of those about what devices are."""
    said = essence(run)
    rules: list[tuple[CheckedRule, Run]] = [(rule, run) for rule in about]
    rules += [(rule, said) for rule in exposure]
    ids = {rule.id for rule, _ in rules}
    kept = [skip for skip in run.coverage.skips if skip.what not in ids]
    told = [skip for rule, seen in rules for skip in rule.skips(seen)]
    coverage = msgspec.structs.replace(run.coverage, skips=(*kept, *told))
    found = [finding for rule, seen in rules for finding in rule.findings(seen)]
    found += [finding for rule in IDENTITY_RULES for finding in rule.findings(run)]
    return with_these(
        msgspec.structs.replace(run, coverage=coverage),
        ids | {rule.id for rule in IDENTITY_RULES},
        found,
    )
