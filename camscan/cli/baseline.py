"""`camscan baseline`: name the run that later ones are compared with."""

from __future__ import annotations

from pathlib import Path

import click

from camscan.cli.common import Settings, common_options

SHOW, CLEAR = "show", "clear"


@click.command(short_help="Name the run to compare with.")
@click.argument("reference", metavar="RUN|show|clear", default=SHOW)
@common_options
def baseline(settings: Settings, *, reference: str) -> int:
    """Name RUN (an id, latest, or a JSON file) as the baseline: --baseline latest then means it.

    `show` says which run is named, `clear` takes the name back: --baseline latest is the newest run
    again. camscan db prune never removes the baseline.

    \b
    Examples:
      camscan baseline latest
      camscan baseline 20261101T020000Z-1a2b3c
      camscan baseline show
      camscan baseline clear
    """
    from datetime import UTC, datetime

    from camscan.cli.runs import find_run
    from camscan.cli.who import this_user
    from camscan.inventory.baseline import NamedBaseline, clear_named, write_named
    from camscan.inventory.store import Store

    store = Store(settings.db)
    if reference == SHOW:
        return _show(settings, store)
    if reference == CLEAR:
        cleared = clear_named(store.baseline_path)
        click.echo("no run is named any more" if cleared else "no run was named")
        return 0
    find_run(reference, settings)  # one that cannot be read is no baseline
    path = Path(reference)
    file = path.is_file() or path.suffix == ".json"
    named = NamedBaseline(
        run=str(path.absolute()) if file else store.journal_path(reference).stem,
        by=this_user(),
        at=datetime.now(UTC).replace(microsecond=0),
    )
    write_named(store.baseline_path, named)
    return _show(settings, store)


def _show(settings: Settings, store: object) -> int:
    """The name, and whether the run can still be read."""
    import msgspec

    from camscan.cli.runs import find_run
    from camscan.errors import StoreError, UsageError
    from camscan.inventory.baseline import read_named
    from camscan.inventory.store import Store

    assert isinstance(store, Store)
    if settings.format not in {None, "text", "json"}:
        raise UsageError("camscan baseline writes --format text or json")
    named = read_named(store.baseline_path)
    if settings.format == "json":
        text = msgspec.json.format(msgspec.json.encode({"baseline": named}), indent=2)
        click.echo(text.decode())
        return 0
    if named is None:
        click.echo("no run is named: --baseline latest is the newest run")
        return 0
    click.echo(f"baseline: {named.run} (named by {named.by}, {named.at:%Y-%m-%d %H:%M} UTC)")
    try:
        run = find_run(named.run, settings).run
    except StoreError as error:
        click.echo(f"it cannot be read any more: {error}")
        return StoreError.exit_code
    click.echo(
        f"{len(run.devices):,} devices, ended {run.run.ended:%Y-%m-%d %H:%M} UTC, {run.run.status}"
    )
    return 0
