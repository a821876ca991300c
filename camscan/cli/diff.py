"""`camscan diff`: what changed from one run to another."""

from __future__ import annotations

from pathlib import Path

import click

from camscan.cli.common import Settings, common_options
from camscan.cli.kev import kev_option
from camscan.cli.verdict import Gates
from camscan.model.finding import Severity


@click.command(short_help="Show what changed between two runs.")
@click.argument("before", metavar="RUN_A")
@click.argument("after", metavar="RUN_B")
@click.option("--all-devices", is_flag=True, help="Devices that are no cameras or recorders too.")
@click.option(
    "--fail-on",
    type=click.Choice([level.value for level in Severity]),
    help="Exit 10 when a new finding of this severity or above stands.",
)
@kev_option
@common_options
def diff(
    settings: Settings,
    *,
    before: str,
    after: str,
    all_devices: bool,
    fail_on: str | None,
    kev_file: Path | None,
) -> int:
    """Show what is in RUN_B and was not in RUN_A, and what is there no more.

    RUN_A is the earlier one; each is an id, latest, or a JSON file. Shown are devices that are new,
    gone, moved, or have other firmware, findings that are new or closed, and conversations that
    are new. A device is gone only where RUN_B asked at its address; else it stands under "not
    checked". --fail-on counts new devices too (medium).

    Formats: table, json, jsonl (one change a line), markdown.

    \b
    Examples:
      camscan diff 20261101 latest
      camscan diff last-month.json run.json --format markdown
      camscan diff last-month.json latest --fail-on medium -o jsonl:changes.jsonl
    """
    from camscan.cli.data import fingerprints
    from camscan.cli.forms import colored, outputs_in, width_of
    from camscan.cli.output import write
    from camscan.cli.runs import find_run
    from camscan.findings.difference import difference
    from camscan.inventory.compare import compare
    from camscan.inventory.store import LATEST, Store
    from camscan.report.difference import FORMATS, Look, render

    outputs = outputs_in(settings, FORMATS, "diff")
    if before == LATEST:  # the newest run, whatever camscan baseline names
        before = Store(settings.db).journal_path(LATEST).stem
    gates = Gates(baseline=before, fail_on=None if fail_on is None else Severity(fail_on))
    standard = gates.standard(settings, kev_file)
    assert standard.baseline is not None
    run = standard.judged(standard.found(find_run(after, settings).run, fingerprints(settings)))
    found = difference(compare(standard.baseline, run), all_devices=all_devices)
    for output in outputs:
        look = Look(color=colored(output, settings), width=width_of(output))
        write(output, render(found, output.format, look))
    return standard.exit_code(run)
