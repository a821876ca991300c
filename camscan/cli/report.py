"""`camscan report`: write a run again in any format."""

from __future__ import annotations

from pathlib import Path

import click

from camscan.cli.common import Settings, common_options
from camscan.cli.kev import kev_option
from camscan.cli.verdict import gate_options


@click.command(short_help="Write runs again.")
@click.argument("references", nargs=-1, metavar="[RUN]...")
@kev_option
@gate_options
@common_options
def report(
    settings: Settings,
    *,
    references: tuple[str, ...],
    kev_file: Path | None,
    fail_on: str | None,
    require_complete: bool,
) -> int:
    """Write RUN (an id, latest, or a JSON file) in other formats; several are merged.

    One device in several runs is one in the report: by a key (MAC, serial, UUID), or by its
    address at the same site. Each run keeps its scope, time and coverage. Findings about makers
    and firmware are made anew, with the lists and advisories of this camscan.

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
    from camscan.cli.data import fingerprints
    from camscan.cli.kev import read_kev
    from camscan.cli.output import check_formats, emit
    from camscan.cli.runs import find_runs
    from camscan.cli.verdict import exit_code
    from camscan.findings.inventory import with_inventory_findings

    check_formats(settings)
    found = find_runs(references or ("latest",), settings)
    run = with_inventory_findings(found.run, fingerprints(settings), read_kev(kev_file))
    emit(run, settings, contacts=found.contacts)
    return exit_code(run, fail_on=fail_on, require_complete=require_complete)
