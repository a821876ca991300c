"""The rules that exist, and the findings of a run."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from camscan.findings.expired_rule import ExpiredRule
from camscan.findings.fleet_egress import FleetEgress
from camscan.findings.inside_scan import InsideScan
from camscan.findings.interface import Rule
from camscan.findings.unexpected_egress import UnexpectedEgress
from camscan.findings.vendor_cloud import VendorCloud
from camscan.model.finding import Severity
from camscan.model.run import Run

EGRESS_RULES: tuple[Rule, ...] = (
    FleetEgress(),
    UnexpectedEgress(),
    InsideScan(),
    VendorCloud(),
    ExpiredRule(),
)


def with_findings(run: Run, rules: Sequence[Rule] = EGRESS_RULES) -> Run:
    """The run with the findings of `rules`, worst first; findings of other rules stay."""
    replaced = {rule.id for rule in rules}
    kept = [finding for finding in run.findings if finding.rule not in replaced]
    new = [finding for rule in rules for finding in rule.findings(run)]
    order = tuple(Severity)
    found = sorted(kept + new, key=lambda finding: -order.index(finding.severity))
    return msgspec.structs.replace(run, findings=tuple(found))
