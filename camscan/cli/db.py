"""`camscan db`: the runs that are kept: what is there, pruning, a copy, a check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from camscan.cli.common import Settings, common_options
from camscan.cli.duration import as_seconds
from camscan.errors import StoreError, UsageError

if TYPE_CHECKING:
    from camscan.inventory.upkeep import Entry

FORMATS = ("table", "json", "jsonl")


@click.group(
    short_help="The runs that are kept.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@common_options
@click.pass_context
def db(context: click.Context, settings: Settings) -> None:
    """The runs that are kept, one journal each, beside the data base that --db names.

    \b
    Examples:
      camscan db info
      camscan db check
      camscan db backup camscan.tar.gz
      camscan db prune --keep 30 --older-than 90d --dry-run
    """
    context.obj = settings


@db.command("info", short_help="Which runs are kept, and where.")
@common_options
def info(settings: Settings) -> int:
    """List every run that is kept: when, by which command, how it ended, devices, size.

    Formats: table, json, jsonl (one run a line).

    \b
    Examples:
      camscan db info
      camscan db info --format jsonl
    """
    from camscan.cli.fp_print import print_json, print_jsonl, print_table
    from camscan.inventory.overrides_file import read_overrides
    from camscan.inventory.store import Store
    from camscan.inventory.upkeep import entries

    wanted = _wanted(settings, "info")
    store = Store(settings.db)
    found = list(entries(store))
    baseline = _baseline(settings)
    size = sum(each.size for each in found)
    if wanted == "jsonl":
        print_jsonl(found)
        return 0
    if wanted == "json":
        head = {"folder": str(store.folder), "bytes": size, "baseline": baseline}
        print_json({**head, "runs": found})
        return 0
    if found:
        columns = ("Run", "Command", "Started", "Ended as", "Devices", "MB")
        print_table(settings, columns, (_cells(each, baseline) for each in found))
    runs = "1 run" if len(found) == 1 else f"{len(found):,} runs"
    words = len(read_overrides(store.overrides_path))
    click.echo(f"{runs} in {store.folder}, {size / 1e6:,.1f} MB")
    click.echo(f"baseline: {baseline or 'none is named'}; words of camscan set: {words}")
    return 0


@db.command("prune", short_help="Remove old runs, never the baseline.")
@click.option("--keep", type=click.IntRange(min=1), metavar="N", help="Keep the newest N runs.")
@click.option(
    "--older-than",
    "seconds",
    callback=as_seconds,
    metavar="TIME",
    help="Remove what was last written to longer ago (90d, 12h).",
)
@click.option("--dry-run", is_flag=True, help="Remove nothing; say what would go.")
@common_options
def prune(settings: Settings, keep: int | None, seconds: float | None, dry_run: bool) -> int:
    """Remove runs beyond the newest N, or older than TIME; with both, only what is both.

    Never removed: the run that camscan baseline names, and a run without an end that was written to
    within the last day, for it may be going on.

    \b
    Examples:
      camscan db prune --keep 30 --dry-run
      camscan db prune --older-than 365d
    """
    from datetime import UTC, datetime, timedelta

    from camscan.inventory.store import Store
    from camscan.inventory.upkeep import prunable, remove

    if keep is None and seconds is None:
        raise UsageError("say what may go: --keep N, --older-than TIME, or both")
    store = Store(settings.db)
    found = prunable(
        store,
        datetime.now(UTC),
        keep=keep,
        older_than=None if seconds is None else timedelta(seconds=seconds),
        baseline=_baseline(settings),
    )
    freed = 0 if dry_run else remove(store, found.removed)
    for run_id in found.removed:
        click.echo(f"{'would remove' if dry_run else 'removed'} {run_id}")
    for run_id, why in found.kept:
        click.echo(f"kept {run_id}: {why}")
    if dry_run:
        click.echo(f"{len(found.removed):,} would go; nothing was removed")
    else:
        click.echo(f"{len(found.removed):,} removed, {freed / 1e6:,.1f} MB")
    return 0


@db.command("backup", short_help="Copy everything into one file.")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@common_options
def backup(settings: Settings, target: Path) -> int:
    """Copy every run and what lies beside them into FILE (.tar.gz).

    Beside them are the name of the baseline, what camscan set was told, and the calls that
    camscan egress learned. A scan may go on meanwhile: of its journal everything up to the last
    whole line is copied, and the copy can be read and resumed. FILE appears whole or not at all,
    for its owner only. To restore: unpack it into a folder and give --db FOLDER/db.

    \b
    Examples:
      camscan db backup camscan-2026-11-27.tar.gz
    """
    from camscan.inventory.store import Store
    from camscan.inventory.upkeep import back_up

    count, total = back_up(Store(settings.db), target)
    files = "1 file" if count == 1 else f"{count:,} files"
    click.echo(f"{files}, {total / 1e6:,.1f} MB, in {target}")
    return 0


@db.command("check", short_help="Read every run and say what is wrong.")
@common_options
def check(settings: Settings) -> int:
    """Read every line of every journal, the baseline and what camscan set was told.

    A run without an end is told and is no fault: it was cut off, or goes on. Exit code 1 when
    anything cannot be read.

    Formats: table, json, jsonl (one run a line).

    \b
    Examples:
      camscan db check
      camscan db check --format json
    """
    from camscan.cli.fp_print import print_json, print_jsonl
    from camscan.inventory.baseline import read_named
    from camscan.inventory.overrides_file import read_overrides
    from camscan.inventory.store import Store
    from camscan.inventory.upkeep import entries

    wanted = _wanted(settings, "check")
    store = Store(settings.db)
    found = list(entries(store))
    beside = []
    for read, path in (
        (read_named, store.baseline_path),
        (read_overrides, store.overrides_path),
    ):
        try:
            read(path)
        except (StoreError, UsageError) as error:
            beside.append(str(error))
    named = _baseline(settings) if not beside else None
    known = {each.id for each in found}
    if named is not None and named not in known and not Path(named).is_file():
        beside.append(f"the baseline {named} is neither kept nor a file")
    broken = [each for each in found if each.damaged]
    if wanted == "jsonl":
        print_jsonl(found)
    elif wanted == "json":
        print_json({"runs": found, "beside": beside})
    else:
        for each in found:
            for problem in each.problems:
                click.echo(f"{each.id}: {problem}")
        for text in beside:
            click.echo(text)
        whole = len(found) - len(broken)
        click.echo(f"{whole:,} of {len(found):,} journals can be read")
    return StoreError.exit_code if broken or beside else 0


def _wanted(settings: Settings, command: str) -> str:
    wanted = settings.format or "table"
    if wanted not in FORMATS:
        raise UsageError(f"--format {wanted}: db {command} writes {', '.join(FORMATS)}")
    return wanted


def _baseline(settings: Settings) -> str | None:
    from camscan.inventory.baseline import read_named
    from camscan.inventory.store import Store

    named = read_named(Store(settings.db).baseline_path)
    return named.run if named is not None else None


def _cells(each: Entry, baseline: str | None) -> tuple[Any, ...]:
    name = f"{each.id} (baseline)" if each.id == baseline else each.id
    started = f"{each.started:%Y-%m-%d %H:%M}" if each.started is not None else "unknown"
    ended = each.status or "no end"
    devices = "" if each.devices is None else f"{each.devices:,}"
    return name, each.command or "unknown", started, ended, devices, f"{each.size / 1e6:,.1f}"
