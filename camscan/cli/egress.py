"""`camscan egress`: whom do the cameras talk to, and what of it is unexpected?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from camscan.cli.common import Settings, common_options
from camscan.cli.verdict import gate_options

if TYPE_CHECKING:
    from camscan.model.run import Run

_LIVE = "iface:"


@click.command(short_help="Read captures.")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--run", "reference", metavar="RUN", help="The inventory: an id, latest or JSON.")
@click.option("--all-devices", is_flag=True, help="Judge every internal address, known or not.")
@click.option(
    "--geo-db",
    "databases",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Your own MMDB of countries or networks; goes before all other tables; repeatable.",
)
@gate_options
@common_options
def egress(
    settings: Settings,
    *,
    sources: tuple[str, ...],
    reference: str | None,
    all_devices: bool,
    databases: tuple[Path, ...],
    fail_on: str | None,
    require_complete: bool,
) -> int:
    """Join captures with an inventory: which cameras call unexpected servers?

    A SOURCE is a pcap or pcapng file, gzipped or not, or - for standard input. The result is a
    new run; the inventory is not changed. Traffic of other devices is dropped at reading unless
    --all-devices is given; payloads are never kept. Home countries, own networks and allowed
    destinations stand in [egress] of camscan.toml. --format jsonl writes one conversation a line.

    \b
    Examples:
      camscan egress border.pcap --run latest
      tcpdump -w - -s 256 net 10.66.0.0/16 | camscan egress - --run inventory.json
      camscan egress monday.pcapng.gz --all-devices --format jsonl
    """
    from camscan.cli.output import check_formats
    from camscan.cli.runs import find_run
    from camscan.cli.verdict import exit_code
    from camscan.config import DEFAULT_NAME, load_config
    from camscan.egress.analyse import analyse
    from camscan.egress.geo import Geo
    from camscan.egress.policy import parse_policy
    from camscan.errors import UsageError
    from camscan.findings.registry import with_findings
    from camscan.matching.data import data_root
    from camscan.matching.load import load

    check_formats(settings)
    if reference is None and not all_devices:
        raise UsageError("say which inventory to join with --run RUN, or judge --all-devices")
    live = [source for source in sources if source.startswith(_LIVE)]
    if live:
        raise UsageError(
            f"{live[0]}: capturing is not built yet; write a file with tcpdump -w and name that"
        )
    config = load_config(settings.config)
    inventory = find_run(reference, settings).run if reference is not None else None
    policy = parse_policy(config.egress, where=config.path or DEFAULT_NAME)
    run = analyse(
        sources,
        inventory,
        policy=policy,
        geo=Geo(databases),
        fingerprints=load(data_root(settings.fingerprints)),
        all_devices=all_devices,
    )
    run = _kept(with_findings(run), settings)
    _write(run, settings)
    return exit_code(run, fail_on=fail_on, require_complete=require_complete)


def _kept(run: Run, settings: Settings) -> Run:
    """The run, kept in a journal of its own; a Skip says so when nothing can be written."""
    import msgspec

    from camscan.errors import StoreError
    from camscan.inventory.journal import Ended, Started
    from camscan.inventory.store import Store
    from camscan.model.coverage import Skip

    try:
        with Store(settings.db).open_journal(run.run.id) as journal:
            journal.append(
                Started(
                    id=run.run.id,
                    at=run.run.started,
                    tool=run.tool.version,
                    command="egress",
                    scope=run.run.scope,
                    site=run.run.site,
                    authority=run.run.authorised_by,
                )
            )
            journal.append(Ended(at=run.run.ended, status=run.run.status, run=run))
    except StoreError as error:
        skip = Skip(subject="journal", what="keeping the run", reason=str(error))
        coverage = msgspec.structs.replace(run.coverage, skips=(*run.coverage.skips, skip))
        return msgspec.structs.replace(run, coverage=coverage)
    return run


def _write(run: Run, settings: Settings) -> None:
    """Every report; `jsonl` is one conversation a line here, not one device."""
    import msgspec

    from camscan.cli.output import emit, write

    others = []
    for output in settings.wanted_outputs():
        if output.format == "jsonl":
            encoder = msgspec.json.Encoder()
            write(output, b"".join(encoder.encode(c) + b"\n" for c in run.conversations))
        else:
            others.append(output)
    if others:
        emit(run, msgspec.structs.replace(settings, outputs=tuple(others), format=None))
