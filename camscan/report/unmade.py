"""A format that cannot be made here: a Skip in every report that can."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from camscan.model.coverage import Skip
from camscan.model.run import Run
from camscan.report.interface import OptionalReport
from camscan.report.registry import report

WHAT = "report"


def unmade(formats: Iterable[str]) -> dict[str, str]:
    """The formats that cannot be made on this machine, each with the reason."""
    reasons = {}
    for name in dict.fromkeys(formats):
        form = report(name)
        if isinstance(form, OptionalReport) and (reason := form.unavailable()) is not None:
            reasons[name] = reason
    return reasons


def with_unmade(run: Run, reasons: dict[str, str]) -> Run:
    """The run with a Skip for each; one that an earlier file has of its own day is dropped."""
    kept = tuple(skip for skip in run.coverage.skips if skip.what != WHAT)
    told = tuple(Skip(subject=name, what=WHAT, reason=text) for name, text in reasons.items())
    if kept + told == run.coverage.skips:
        return run
    return replace(run, coverage=replace(run.coverage, skips=kept + told))
