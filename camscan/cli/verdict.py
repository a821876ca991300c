"""The exit code of a run: 0, 3 or 10 (DESIGN: exit codes)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from camscan.model.coverage import SubnetState
from camscan.model.finding import FindingStatus, Severity
from camscan.model.run import Run, RunStatus

DONE, INCOMPLETE, FOUND = 0, 3, 10


def gate_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--fail-on` and `--require-complete`."""
    function = click.option(
        "--require-complete",
        is_flag=True,
        help="Exit 3 when the run is partial or a subnet was not reached.",
    )(function)
    return click.option(
        "--fail-on",
        type=click.Choice([level.value for level in Severity]),
        help="Exit 10 when a finding of this severity or above stands.",
    )(function)


def exit_code(run: Run, *, fail_on: str | None, require_complete: bool) -> int:
    """3 wins over 10: an incomplete run proves nothing either way."""
    if require_complete and not is_complete(run):
        return INCOMPLETE
    standing = {FindingStatus.NEW, FindingStatus.KNOWN}
    if fail_on is not None and any(
        f.status in standing and f.severity.reaches(Severity(fail_on)) for f in run.findings
    ):
        return FOUND
    return DONE


def is_complete(run: Run) -> bool:
    """True when everything in scope was asked and every subnet answered."""
    return run.run.status is RunStatus.COMPLETE and all(
        subnet.state is SubnetState.ANSWERED for subnet in run.coverage.subnets
    )
