"""What a run is held to, and its exit code: 0, 3 or 10 (docs/exit-codes.md)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
from msgspec import Struct

from camscan.config import Config, ListsConfig
from camscan.lists.kev import Catalogue
from camscan.model.coverage import SubnetState
from camscan.model.finding import Severity
from camscan.model.run import Run, RunStatus

if TYPE_CHECKING:
    from camscan.cli.common import Settings
    from camscan.findings.gate import Gate
    from camscan.matching.fingerprints import Fingerprints

DONE, INCOMPLETE, FOUND = 0, 3, 10


class Gates(Struct, frozen=True, kw_only=True):
    """The options of `gate_options` as they were given; `baseline` names a run."""

    fail_on: Severity | None = None
    baseline: str | None = None
    require_complete: bool = False
    allow_empty: bool = False

    @property
    def gate(self) -> Gate:
        """Which findings count: with a baseline only new ones."""
        from camscan.findings.gate import Gate

        return Gate(fail_on=self.fail_on, new_only=self.baseline is not None)

    def standard(self, settings: Settings, kev_file: Path | None = None) -> Standard:
        """These with everything that findings are held against read, before anything else is
        done: `latest` is the run before this one. Raises StoreError, ConfigError or SourceError."""
        from camscan.cli.kev import read_kev
        from camscan.cli.runs import find_run
        from camscan.config import load_config

        standard = Standard(
            gates=self, config=load_config(settings.config), catalogue=read_kev(kev_file)
        )
        if standard.config.lists != ListsConfig():
            _check_lists(standard.config.lists, settings)
        if self.baseline is None:
            return standard
        baseline = find_run(_named(self.baseline, settings), settings).run
        return msgspec.structs.replace(standard, baseline=_judged(baseline, settings, standard))


def _named(reference: str, settings: Settings) -> str:
    """`latest` is the run that camscan baseline named, else the newest. Raises StoreError."""
    from camscan.inventory.baseline import read_named
    from camscan.inventory.store import LATEST, Store

    if reference != LATEST:
        return reference
    named = read_named(Store(settings.db).baseline_path)
    return reference if named is None else named.run


def _check_lists(lists: ListsConfig, settings: Settings) -> None:
    """Raises ConfigError for an id that no list has: before a scan and not behind it."""
    from camscan.cli.data import fingerprints
    from camscan.lists.load import lists_of
    from camscan.lists.policy import with_policy

    with_policy(lists_of(fingerprints(settings)), lists)


def _judged(run: Run, settings: Settings, standard: Standard) -> Run:
    """A run that a journal keeps has no findings of makers and firmware: they are made for it. One
    that has them keeps those of its own day, so that what a list names since then is new; what
    rests on the run alone is the same on any day."""
    from camscan.cli.data import fingerprints
    from camscan.findings.inventory import with_own_findings
    from camscan.findings.registry import INVENTORY_RULES

    made = {getattr(rule, "id", "") for rule in INVENTORY_RULES}
    told = {finding.rule for finding in run.findings} | {skip.what for skip in run.coverage.skips}
    if told & made:
        return with_own_findings(run, standard.config.networks)
    return standard.found(run, fingerprints(settings))


class Standard(Struct, frozen=True, kw_only=True):
    """What findings are made with and held against."""

    gates: Gates = Gates()
    config: Config = Config()
    catalogue: Catalogue | None = None
    baseline: Run | None = None

    def found(self, run: Run, fingerprints: Fingerprints) -> Run:
        """The run with the findings that need no traffic (camscan/findings/inventory.py)."""
        from camscan.findings.inventory import with_inventory_findings

        return with_inventory_findings(
            run,
            fingerprints,
            self.catalogue,
            networks=self.config.networks,
            lists=self.config.lists,
        )

    def judged(self, run: Run) -> Run:
        """The run with what changed since the baseline (camscan/findings/changes.py) and the
        status of each finding (camscan/findings/status.py)."""
        from camscan.findings.changes import with_changes
        from camscan.findings.status import with_status

        if self.baseline is not None:
            run = with_changes(run, self.baseline)
        return with_status(run, self.baseline, self.config.exceptions)

    def exit_code(self, run: Run) -> int:
        """Of a judged run; 3 wins over 10: an incomplete run proves nothing either way."""
        if self.gates.require_complete and not is_complete(run):
            return INCOMPLETE
        gate = self.gates.gate
        return FOUND if any(gate.stops(finding) for finding in run.findings) else DONE


def gate_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--fail-on`, `--baseline`, `--require-complete` and `--allow-empty`, given as `gates`."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        fail_on = kwargs.pop("gate_fail_on")
        gates = Gates(
            fail_on=None if fail_on is None else Severity(fail_on),
            baseline=kwargs.pop("gate_baseline"),
            require_complete=kwargs.pop("gate_require_complete"),
            allow_empty=kwargs.pop("gate_allow_empty"),
        )
        return function(*args, gates=gates, **kwargs)

    for option in reversed(_OPTIONS):
        wrapper = option(wrapper)
    return wrapper


_OPTIONS = (
    click.option(
        "--fail-on",
        "gate_fail_on",
        type=click.Choice([level.value for level in Severity]),
        help="Exit 10 when a finding of this severity or above stands.",
    ),
    click.option(
        "--baseline",
        "gate_baseline",
        metavar="RUN",
        help="An earlier run (id, JSON; latest: see camscan baseline); the rest is new.",
    ),
    click.option(
        "--require-complete",
        "gate_require_complete",
        is_flag=True,
        help="Exit 3 when the run is partial or a subnet was not reached.",
    ),
    click.option(
        "--allow-empty",
        "gate_allow_empty",
        is_flag=True,
        help="In JUnit a run without a device passes.",
    ),
)


def is_complete(run: Run) -> bool:
    """True when everything in scope was asked and every subnet answered."""
    return run.run.status is RunStatus.COMPLETE and all(
        subnet.state is SubnetState.ANSWERED for subnet in run.coverage.subnets
    )
