"""`camscan list`: the devices of a run, or some of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from camscan.cli.common import Settings, common_options
from camscan.cli.kev import kev_option
from camscan.model.identity import DeviceClass

if TYPE_CHECKING:
    from camscan.cli.common import Output
    from camscan.model.run import Run

FORMATS = ("table", "csv", "json", "jsonl")
_CLASSES = [*(each.value for each in DeviceClass), "unknown"]


@click.command("list", short_help="List the devices of a run.")
@click.argument("references", nargs=-1, metavar="[RUN]...")
@click.option("--maker", "makers", multiple=True, metavar="ID", help="Maker or brand; repeatable.")
@click.option(
    "--class", "classes", multiple=True, type=click.Choice(_CLASSES), help="Class; repeatable."
)
@click.option("--subnet", "subnets", multiple=True, metavar="CIDR", help="Subnet; repeatable.")
@click.option("--site", "sites", multiple=True, metavar="NAME", help="Site; repeatable.")
@click.option(
    "--finding", "rules", multiple=True, metavar="RULE", help="With a finding of it; repeatable."
)
@kev_option
@common_options
def list_devices(
    settings: Settings,
    *,
    references: tuple[str, ...],
    makers: tuple[str, ...],
    classes: tuple[str, ...],
    subnets: tuple[str, ...],
    sites: tuple[str, ...],
    rules: tuple[str, ...],
    kev_file: Path | None,
) -> int:
    """List the devices of RUN (an id, latest, or a JSON file; several are merged).

    Filters of different kinds must all fit, of one kind any; `unknown` stands for devices without
    a maker, class or site. RULE is the id of a finding rule, or `any`.

    Formats: table, csv, json, jsonl (one device a line).

    \b
    Examples:
      camscan list --class camera --maker hikvision
      camscan list latest --maker unknown --format csv
      camscan list run.json --subnet 10.20.0.0/24 --finding listed-maker --format jsonl
    """
    import msgspec

    from camscan.cli.forms import outputs_in
    from camscan.cli.runs import find_runs
    from camscan.inventory.selection import Selection, networks_of

    outputs = outputs_in(settings, FORMATS, "list")
    selection = Selection(makers=makers, classes=classes, subnets=networks_of(subnets), sites=sites)
    run = find_runs(references or ("latest",), settings).run
    found = tuple(filter(selection.fits, run.devices))
    if rules:
        held = _with_finding(run, rules, settings, kev_file)
        found = tuple(device for device in found if device.id in held)
    chosen = msgspec.structs.replace(run, devices=found)
    for output in outputs:
        _write(chosen, output, settings)
    return 0


def _with_finding(
    run: Run, rules: tuple[str, ...], settings: Settings, kev_file: Path | None
) -> set[str]:
    """Ids of the devices with a finding of one of `rules`. Raises UsageError."""
    from camscan.cli.data import fingerprints
    from camscan.cli.verdict import Gates
    from camscan.errors import UsageError
    from camscan.findings.registry import RULE_FILES
    from camscan.model.finding import FindingStatus

    standard = Gates().standard(settings, kev_file)
    run = standard.judged(standard.found(run, fingerprints(settings)))
    known = {*RULE_FILES, *(finding.rule for finding in run.findings), "any"}
    for rule in rules:
        if rule not in known:
            raise UsageError(
                f"--finding {rule}: no such rule; there are {', '.join(sorted(known))}"
            )
    return {
        finding.device
        for finding in run.findings
        if finding.device is not None
        and finding.status is not FindingStatus.GONE
        and (finding.rule in rules or "any" in rules)
    }


def _write(run: Run, output: Output, settings: Settings) -> None:
    import msgspec

    from camscan.cli.forms import colored, width_of
    from camscan.cli.output import write
    from camscan.report import csv, jsonl
    from camscan.report.device_list import device_list
    from camscan.report.escape import escaped_json
    from camscan.report.interface import ReportInput

    source = ReportInput(run=run, color=colored(output, settings), width=width_of(output))
    if output.format == "csv":
        data = csv.render(source)
    elif output.format == "jsonl":
        data = jsonl.render(source)
    elif output.format == "json":
        text = msgspec.json.format(msgspec.json.encode(run.devices), indent=2)
        data = escaped_json(text + b"\n")
    else:
        data = device_list(source)
    write(output, data)


list = list_devices  # the group looks for the name of the command
