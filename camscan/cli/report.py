"""`camscan report`: write a run again in any format."""

from __future__ import annotations

import click

from camscan.cli.common import Settings, common_options
from camscan.cli.verdict import gate_options


@click.command(short_help="Write runs again.")
@click.argument("references", nargs=-1, metavar="[RUN]...")
@gate_options
@common_options
def report(
    settings: Settings,
    *,
    references: tuple[str, ...],
    fail_on: str | None,
    require_complete: bool,
) -> int:
    """Write RUN (an id, latest, or a JSON file) in other formats; several are merged.

    One device in several runs is one in the report: by a key (MAC, serial, UUID), or by its
    address at the same site. Each run keeps its scope, time and coverage.

    Formats: table, html (one page for a browser), json, jsonl (one device a line), csv, contacts
    (every packet's address).

    \b
    Examples:
      camscan report latest
      camscan report run.json -o csv:cameras.csv
      camscan report run.json -o html:report.html
      camscan report latest -o contacts:contacts.csv
      camscan report north.json south.json -o csv:estate.csv
    """
    from camscan.cli.output import check_formats, emit
    from camscan.cli.runs import find_runs
    from camscan.cli.verdict import exit_code

    check_formats(settings)
    found = find_runs(references or ("latest",), settings)
    emit(found.run, settings, contacts=found.contacts)
    return exit_code(found.run, fail_on=fail_on, require_complete=require_complete)
