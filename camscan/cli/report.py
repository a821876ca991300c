"""`camscan report`: write a run again in any format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from camscan.cli.common import Settings, common_options
from camscan.cli.kev import kev_option
from camscan.cli.verdict import Gates, gate_options

if TYPE_CHECKING:
    from camscan.cli.verdict import Standard
    from camscan.inventory.streamed import Walk
    from camscan.model.contact import Contact
    from camscan.model.run import Run


@click.command(short_help="Write runs again.")
@click.argument("references", nargs=-1, metavar="[RUN]...")
@kev_option
@click.option(
    "--redact",
    is_flag=True,
    help="In every format: no addresses, MACs, serials, names, places or firmware.",
)
@click.option("--per-site", is_flag=True, help="In foi formats one more sheet for each site.")
@gate_options
@common_options
def report(
    settings: Settings,
    *,
    references: tuple[str, ...],
    kev_file: Path | None,
    redact: bool,
    per_site: bool,
    gates: Gates,
) -> int:
    """Write RUN (an id, latest, or a JSON file) in other formats; several are merged.

    One device in several runs is one in the report: by a key (MAC, serial, UUID), or by its
    address at the same site. Each run keeps its scope, time and coverage. Findings about makers
    and firmware are made anew, with the lists and advisories of this camscan.

    Formats: table, html (one page for a browser), pdf (for a committee), json, jsonl (one device
    a line), csv, csv-findings, csv-conversations (each with -bom behind it for a byte order mark),
    contacts (every packet's address), junit, sarif, markdown, netbox (a ZIP of import files), foi,
    foi-markdown.

    \b
    Examples:
      camscan report latest
      camscan report run.json -o csv:cameras.csv
      camscan report run.json -o html:report.html -o pdf:report.pdf
      camscan report latest -o contacts:contacts.csv
      camscan report north.json south.json -o csv:estate.csv
      camscan report latest --baseline last-month.json --fail-on high -o junit:camscan.xml
      camscan report latest --redact --per-site -o foi:answer.txt
    """
    from camscan.cli.collecting import uncollected
    from camscan.cli.output import check_formats
    from camscan.errors import UsageError

    check_formats(settings)
    if redact and any(output.format == "contacts" for output in settings.wanted_outputs()):
        raise UsageError("contacts are nothing but addresses: --redact leaves nothing of them")
    with uncollected():
        return _report(
            references or ("latest",),
            settings,
            gates.standard(settings, kev_file),
            redact=redact,
            per_site=per_site,
        )


def _report(
    references: Sequence[str],
    settings: Settings,
    standard: Standard,
    *,
    redact: bool,
    per_site: bool,
) -> int:
    """The exit code. A large run is gone again with this, before anything looks for cycles."""
    from camscan.cli.output import emit
    from camscan.report.redact import peers_of, redacted
    from camscan.report.registry import asked_ahead

    gates = standard.gates
    asked = asked_ahead(output.format for output in settings.wanted_outputs())
    run, contacts = _found(references, settings, standard, (peers_of,) if redact else asked)
    run = standard.judged(run)
    code = standard.exit_code(run)
    if redact:
        run = redacted(run, asked)
    files = [reference for reference in references if reference.endswith(".json")]
    emit(
        run,
        settings,
        contacts=contacts,
        gates=gates,
        inventory=files[0] if len(references) == len(files) == 1 else None,
        per_site=per_site,
    )
    return code


def _found(
    references: Sequence[str],
    settings: Settings,
    standard: Standard,
    asked: Sequence[Walk[object]],
) -> tuple[Run, Iterable[Contact] | None]:
    """The run and its contacts; findings about makers and firmware only where they are shown."""
    from camscan.cli.data import fingerprints
    from camscan.cli.runs import find_runs
    from camscan.report.registry import tells_findings

    found = find_runs(references, settings, asked)
    gates = standard.gates
    shown = any(tells_findings(output.format) for output in settings.wanted_outputs())
    if not (shown or gates.fail_on is not None or gates.baseline is not None):
        return found.run, found.contacts
    return standard.found(found.run, fingerprints(settings)), found.contacts
