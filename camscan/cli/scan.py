"""`camscan scan`: find every camera in scope and say who made it."""

from __future__ import annotations

from pathlib import Path

import click

from camscan.cli.common import Settings, common_options
from camscan.cli.kev import kev_option
from camscan.cli.verdict import Gates, gate_options


@click.command(short_help="Scan a network.")
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option("--exclude", multiple=True, metavar="TARGET", help="Never touch; wins over targets.")
@click.option("--site", "sites", multiple=True, metavar="NAME", help="A [site.NAME] of the config.")
@click.option("--all-sites", is_flag=True, help="Every site of the configuration.")
@click.option("--local", is_flag=True, help="The private networks this machine is directly on.")
@click.option("--allow-public", is_flag=True, help="Permit public addresses (with an authority).")
@click.option(
    "--ports",
    metavar="LIST",
    help="TCP ports as nmap writes them: 80,443,8000-8010; +22,8888 adds to the default.",
)
@click.option("--profile", help="gentle, normal or thorough.  [default: normal]")
@click.option("--rate", type=float, metavar="PPS", help="Packets per second, above the profile.")
@click.option("--multicast", multiple=True, metavar="IFACE", help="Multicast there in any case.")
@click.option(
    "--evidence",
    multiple=True,
    metavar="FILE",
    help="What others recorded (nmap XML, Shodan …), judged together with the scan.",
)
@click.option(
    "--passive",
    type=float,
    metavar="SECONDS",
    help="Listen so long beside the scan; without a target, only listen: nothing is sent.",
)
@click.option("--nmap", is_flag=True, help="Ask nmap, with its own probes, about unknown hosts.")
@click.option("--plan", is_flag=True, help="Send nothing; print what would be sent, to be signed.")
@click.option("--authorised-by", metavar="TEXT", help="Who allows this scan; stands in the run.")
@click.option("--until", metavar="HH:MM", help="End then (local time) with a partial run.")
@click.option("--vantage", metavar="NAME", help="Where this is asked from: a name in [[networks]].")
@click.option("--resume", metavar="RUN", help="Go on with an interrupted run (an id or latest).")
@kev_option
@gate_options
@common_options
def scan(
    settings: Settings,
    *,
    targets: tuple[str, ...],
    exclude: tuple[str, ...],
    sites: tuple[str, ...],
    all_sites: bool,
    local: bool,
    allow_public: bool,
    ports: str | None,
    profile: str | None,
    rate: float | None,
    multicast: tuple[str, ...],
    evidence: tuple[str, ...],
    passive: float | None,
    nmap: bool,
    plan: bool,
    authorised_by: str | None,
    until: str | None,
    vantage: str | None,
    resume: str | None,
    kev_file: Path | None,
    gates: Gates,
) -> int:
    """Find every camera in scope, name its maker and say why.

    A TARGET is an address, CIDR, range (10.1.2.10-40), host name, @file or interface name.
    Public addresses are refused without --allow-public.

    \b
    Examples:
      camscan scan --plan 10.20.0.0/24
      camscan scan 10.20.0.0/24 10.21.0.0/24 -o json:run.json -o csv:cameras.csv
      camscan scan --site Harrogate --authorised-by "IT change 4711"
      camscan scan --passive 120
      camscan scan --resume latest
    """
    from datetime import UTC, datetime

    from camscan.cli.output import check_formats
    from camscan.cli.request import ScanOptions, decide, resumed
    from camscan.config import load_config
    from camscan.inventory.journal import Record
    from camscan.inventory.store import Store

    check_formats(settings)
    now = datetime.now(UTC)
    options = ScanOptions(
        targets=targets,
        exclude=exclude,
        sites=sites,
        all_sites=all_sites,
        local=local,
        allow_public=allow_public,
        ports=ports,
        profile=profile,
        rate=rate,
        authorised_by=authorised_by,
        until=until,
        passive=passive,
        vantage=vantage,
    )
    config = load_config(settings.config)
    store = Store(settings.db)
    standard = gates.standard(settings, kev_file)
    if resume is None:
        decided = decide(options, config, now)
        records: tuple[Record, ...] = ()
        resumes = None
    else:
        from camscan.cli.scanning import print_resumed

        path = store.journal_path(resume)
        records, resumes = store.records(resume), path.stem
        finished = print_resumed(store, path.stem, settings, standard)
        if finished is not None:
            return finished
        decided = resumed(records, options, now)
    if plan:
        from camscan.cli.plan_text import print_plan

        print_plan(decided, settings, frozenset(multicast))
        return 0
    from camscan.cli.scanning import perform

    return perform(
        decided,
        settings,
        store,
        evidence_files=tuple(Path(name) for name in evidence),
        multicast=frozenset(multicast),
        nmap=nmap,
        records=records,
        resumes=resumes,
        standard=standard,
    )
