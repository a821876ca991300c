"""What `camscan egress` and `camscan watch` judge with, from their options and camscan.toml."""

from __future__ import annotations

from datetime import UTC, tzinfo
from pathlib import Path

from msgspec.structs import replace

from camscan.cli.common import Settings
from camscan.cli.runs import find_run, merged
from camscan.config import DEFAULT_NAME, load_config
from camscan.egress.analyse import Inputs
from camscan.egress.baseline import Expectations
from camscan.egress.baseline_file import NAME, read_baseline
from camscan.egress.geo import Geo
from camscan.egress.holding import holdings_of
from camscan.egress.policy import mud_option, parse_policy
from camscan.errors import StoreError, UsageError
from camscan.inventory.journal import Started
from camscan.inventory.store import Store
from camscan.matching.data import data_root
from camscan.matching.load import load
from camscan.model.coverage import Skip
from camscan.model.run import Run
from camscan.sources.flows.source import Reading
from camscan.sources.recorded import read_file

LIVE = "iface:"
"""What the name of an interface begins with where files are named too."""


def inputs_of(
    settings: Settings,
    references: tuple[str, ...],
    evidence: tuple[Path, ...],
    databases: tuple[Path, ...],
    muds: tuple[str, ...],
    *,
    all_devices: bool,
) -> Inputs:
    """Everything that a reading is judged with. Raises StoreError, ConfigError, SourceError or
    UsageError."""
    config = load_config(settings.config)
    runs = [find_run(reference, settings) for reference in references]
    leases = [record for path in evidence for record in read_file(str(path)).evidence]
    policy = parse_policy(config.egress, where=config.path or DEFAULT_NAME)
    given = tuple(mud_option(text) for text in muds)
    return Inputs(
        run=merged(runs, settings).run if runs else None,
        policy=replace(policy, mud=(*given, *policy.mud)),
        geo=Geo(databases),
        fingerprints=load(data_root(settings.fingerprints)),
        usual=Expectations(read_baseline(baseline_path(settings))),
        holdings=holdings_of(leases, [one.run for one in runs]),
        all_devices=all_devices,
    )


def reading_of(inputs: Inputs, log_zone: str) -> Reading:
    """An empty reading that keeps what `inputs` need. Raises UsageError for an unknown zone."""
    return Reading(inputs.keep, zone_of(log_zone), inputs.fingerprints.first_bytes.find)


def zone_of(name: str) -> tzinfo:
    """The time zone of this name. Raises UsageError."""
    if name.upper() == "UTC":
        return UTC
    try:
        # A system without zones of its own (Windows) needs the package tzdata beside it.
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError
    except ImportError as error:
        raise UsageError(f"--log-zone {name}: this Python knows no time zones") from error
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(f"--log-zone {name}: no such time zone here") from error


def baseline_path(settings: Settings) -> Path:
    """Where the usual calls are kept."""
    return Store(settings.db).folder.parent / NAME


def kept(run: Run, settings: Settings, *, command: str) -> Run:
    """The run, kept in a journal of its own; a Skip says so when nothing can be written."""
    try:
        with Store(settings.db).open_journal(run.run.id) as journal:
            journal.append(
                Started(
                    id=run.run.id,
                    at=run.run.started,
                    tool=run.tool.version,
                    command=command,
                    scope=run.run.scope,
                    site=run.run.site,
                    authority=run.run.authorised_by,
                )
            )
            journal.end(run)
    except StoreError as error:
        skip = Skip(subject="journal", what="keeping the run", reason=str(error))
        coverage = replace(run.coverage, skips=(*run.coverage.skips, skip))
        return replace(run, coverage=coverage)
    return run
