"""The findings of a run held against its baseline: new, gone, moved, older firmware."""

from __future__ import annotations

from msgspec.structs import replace

from camscan.findings.registry import CHANGE_RULES, with_findings
from camscan.inventory.compare import Comparison, compare
from camscan.model.coverage import Method, MethodStatus
from camscan.model.run import Run

METHOD = "baseline"


def with_changes(run: Run, baseline: Run) -> Run:
    """The run with what changed since `baseline`; what another baseline showed is replaced."""
    return with_comparison(compare(baseline, run))


def with_comparison(comparison: Comparison) -> Run:
    """The later run of a comparison with the findings, skips and the method of these rules."""
    run, before = comparison.after, comparison.before.run
    rules = [rule(comparison) for rule in CHANGE_RULES]
    ids = {rule.id for rule in rules}
    kept = [skip for skip in run.coverage.skips if skip.what not in ids]
    told = [skip for rule in rules for skip in rule.skips(run)]
    method = Method(
        name=METHOD,
        status=MethodStatus.DONE,
        reason=f"compared with run {before.id} of {before.ended:%Y-%m-%d %H:%M} UTC",
    )
    others = [each for each in run.coverage.methods if each.name != METHOD]
    coverage = replace(run.coverage, skips=(*kept, *told), methods=(*others, method))
    return with_findings(replace(run, coverage=coverage), rules)
