"""`camscan egress`: whom do the cameras talk to, and what of it is unexpected?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from camscan.cli import INTERRUPTED
from camscan.cli.common import Settings, common_options
from camscan.cli.duration import as_seconds
from camscan.cli.kev import kev_option
from camscan.cli.verdict import Gates, gate_options

if TYPE_CHECKING:
    from datetime import tzinfo

    from camscan.egress.analyse import Inputs, Judged
    from camscan.model.run import Run
    from camscan.sources.flows.source import Reading

LIVE = "iface:"


@click.command(short_help="Read captures and logs.")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--run",
    "references",
    multiple=True,
    metavar="RUN",
    help="The inventory: an id, latest or JSON; repeatable, then who had an address when counts.",
)
@click.option(
    "--evidence",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Leases or ARP tables: who had an address when; repeatable.",
)
@click.option(
    "--log-zone",
    default="UTC",
    show_default=True,
    metavar="ZONE",
    help="Time zone of logs that name none, as Europe/London.",
)
@click.option("--learn", is_flag=True, help="Add what is seen to the baseline of usual calls.")
@click.option(
    "--mud",
    "muds",
    multiple=True,
    metavar="[SUBJECT=]FILE",
    help="An RFC 8520 file as policy; SUBJECT is maker:ID, class:, site: or device:; repeatable.",
)
@click.option(
    "--write-mud",
    "mud_for",
    metavar="DEVICE",
    help="Print a MUD file of what DEVICE did that is in order, instead of a report.",
)
@click.option(
    "--write-nft",
    is_flag=True,
    help="Print nftables rules that let pass what is in order, instead of a report.",
)
@click.option("--all-devices", is_flag=True, help="Judge every internal address, known or not.")
@click.option(
    "--geo-db",
    "databases",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Your own MMDB of countries or networks; goes before all other tables; repeatable.",
)
@click.option(
    "--for",
    "seconds",
    callback=as_seconds,
    metavar="TIME",
    help="Capture so long (90s, 15m, 1h); without it until Ctrl-C.",
)
@click.option("--promiscuous", is_flag=True, help="Capture frames to other machines too.")
@kev_option
@gate_options
@common_options
def egress(
    settings: Settings,
    *,
    sources: tuple[str, ...],
    references: tuple[str, ...],
    evidence: tuple[Path, ...],
    log_zone: str,
    learn: bool,
    muds: tuple[str, ...],
    mud_for: str | None,
    write_nft: bool,
    all_devices: bool,
    databases: tuple[Path, ...],
    seconds: float | None,
    promiscuous: bool,
    kev_file: Path | None,
    gates: Gates,
) -> int:
    """Join captures with an inventory: which cameras call unexpected servers?

    A SOURCE is a capture or a log (its content says which; gzip and zstd are undone), a folder, a
    pattern, - for standard input, or iface:NAME to capture there and then (Linux). Several are
    joined: what two of them saw is counted once. The result is a new run; the inventory is not
    changed. Traffic of other devices is dropped at reading unless --all-devices is given; payloads
    are never kept. Home countries, own networks, what you allow and what you forbid stand in
    [egress] of camscan.toml. --format jsonl writes one conversation a line.

    \b
    Examples:
      camscan egress border.pcap --run latest
      tcpdump -w - -s 256 net 10.66.0.0/16 | camscan egress - --run inventory.json
      camscan egress monday.pcapng.gz --all-devices --format jsonl
      camscan egress iface:eth1 --for 1h --run latest
      camscan egress logs/ border.pcap.zst --run latest --evidence leases.csv --learn
      camscan egress week.pcap --run latest --write-nft > cameras.nft
    """
    from camscan.cli.output import check_formats
    from camscan.cli.stopping import Stopping
    from camscan.egress.analyse import judged, run_of
    from camscan.errors import UsageError
    from camscan.findings.registry import with_findings
    from camscan.sources.flows.join import record_of
    from camscan.sources.flows.read import read_into
    from camscan.sources.flows.source import Reading

    check_formats(settings)
    if not references and not all_devices:
        raise UsageError("say which inventory to join with --run RUN, or judge --all-devices")
    live = [source.removeprefix(LIVE) for source in sources if source.startswith(LIVE)]
    if not live and (seconds is not None or promiscuous):
        raise UsageError("--for and --promiscuous need an interface: iface:NAME")
    standard = gates.standard(settings, kev_file)
    started = datetime.now(UTC)
    inputs = inputs_of(settings, references, evidence, databases, muds, all_devices=all_devices)
    reading = Reading(inputs.keep, zone_of(log_zone), inputs.fingerprints.first_bytes.find)
    interrupted = bool(live) and _captured(live, reading, inputs, settings, seconds, promiscuous)
    with Stopping() as stopping:
        files = [source for source in sources if not source.startswith(LIVE)]
        read_into(files, reading, lambda: interrupted or stopping.stopped)
    interrupted = interrupted or stopping.stopped
    record = record_of(reading)
    found = judged(record, inputs)
    run = run_of(record, found, inputs, started=started)
    if learn:
        _learn(found, settings)
    run = with_findings(standard.found(run, inputs.fingerprints))
    run = standard.judged(kept(run, settings))
    if mud_for is not None or write_nft:
        _write_policy(run, mud_for, inputs, write_nft=write_nft)
    else:
        _write(run, settings, gates)
    return INTERRUPTED if interrupted else standard.exit_code(run)


def _captured(
    names: Sequence[str],
    reading: Reading,
    inputs: Inputs,
    settings: Settings,
    seconds: float | None,
    promiscuous: bool,
) -> bool:
    """Capture into `reading`; True when a signal ended it."""
    from camscan.cli.capturing import capture
    from camscan.cli.message import say

    json_lines = settings.log_format == "json"
    return capture(
        names,
        reading,
        inputs.inside,
        seconds=seconds,
        promiscuous=promiscuous,
        say=lambda text: None if settings.quiet else say(text, json_lines=json_lines),
    )


def inputs_of(
    settings: Settings,
    references: tuple[str, ...],
    evidence: tuple[Path, ...],
    databases: tuple[Path, ...],
    muds: tuple[str, ...],
    *,
    all_devices: bool,
) -> Inputs:
    """Everything that a reading is judged with."""
    import msgspec

    from camscan.cli.runs import find_run, merged
    from camscan.config import DEFAULT_NAME, load_config
    from camscan.egress.analyse import Inputs
    from camscan.egress.baseline import Expectations
    from camscan.egress.baseline_file import read_baseline
    from camscan.egress.geo import Geo
    from camscan.egress.holding import holdings_of
    from camscan.egress.policy import mud_option, parse_policy
    from camscan.matching.data import data_root
    from camscan.matching.load import load
    from camscan.sources.recorded import read_file

    config = load_config(settings.config)
    runs = [find_run(reference, settings) for reference in references]
    leases = [record for path in evidence for record in read_file(str(path)).evidence]
    policy = parse_policy(config.egress, where=config.path or DEFAULT_NAME)
    given = tuple(mud_option(text) for text in muds)
    return Inputs(
        run=merged(runs, settings).run if runs else None,
        policy=msgspec.structs.replace(policy, mud=(*given, *policy.mud)),
        geo=Geo(databases),
        fingerprints=load(data_root(settings.fingerprints)),
        usual=Expectations(read_baseline(_baseline_path(settings))),
        holdings=holdings_of(leases, [one.run for one in runs]),
        all_devices=all_devices,
    )


def zone_of(name: str) -> tzinfo:
    """The time zone of this name. Raises UsageError."""
    if name.upper() == "UTC":
        return UTC
    from camscan.errors import UsageError

    try:
        # A system without zones of its own (Windows) needs the package tzdata beside it.
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError
    except ImportError as error:
        raise UsageError(f"--log-zone {name}: this Python knows no time zones") from error
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(f"--log-zone {name}: no such time zone here") from error


def _baseline_path(settings: Settings) -> Path:
    from camscan.egress.baseline_file import NAME
    from camscan.inventory.store import Store

    return Store(settings.db).folder.parent / NAME


def _learn(found: Sequence[Judged], settings: Settings) -> None:
    """Add the calls to the baseline and say how many there are now."""
    from camscan.cli.message import say
    from camscan.egress.baseline import learned
    from camscan.egress.baseline_file import read_baseline, write_baseline

    path = _baseline_path(settings)
    before = read_baseline(path)
    after = learned(before, [(one.talk, one.verdict) for one in found])
    write_baseline(path, after)
    say(
        f"learned {len(after.calls) - len(before.calls)} calls; {len(after.calls)} are usual now,"
        f" in {path}",
        json_lines=settings.log_format == "json",
    )


def kept(run: Run, settings: Settings, *, command: str = "egress") -> Run:
    """The run, kept in a journal of its own; a Skip says so when nothing can be written."""
    import msgspec

    from camscan.errors import StoreError
    from camscan.inventory.journal import Started
    from camscan.inventory.store import Store
    from camscan.model.coverage import Skip

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
        coverage = msgspec.structs.replace(run.coverage, skips=(*run.coverage.skips, skip))
        return msgspec.structs.replace(run, coverage=coverage)
    return run


def _write_policy(run: Run, mud_for: str | None, inputs: Inputs, *, write_nft: bool) -> None:
    """The policy that would let pass what is in order, on standard output."""
    from camscan.egress.mud_write import mud_of
    from camscan.egress.nft_write import nft_of
    from camscan.errors import UsageError
    from camscan.inventory.lookup import device_by_name

    if mud_for is not None and write_nft:
        raise UsageError("--write-mud and --write-nft both write to standard output: ask for one")
    if mud_for is not None:
        device = device_by_name(run, mud_for)
        click.echo(mud_of(device, run.conversations, now=run.run.ended).decode(), nl=False)
    else:
        rules = nft_of(run, inputs.watched.values(), inputs.policy.internal)
        click.echo(rules, nl=False)


def _write(run: Run, settings: Settings, gates: Gates) -> None:
    """Every report; `jsonl` is one conversation a line here, not one device."""
    import msgspec

    from camscan.cli.output import emit, write_all

    others = []
    for output in settings.wanted_outputs():
        if output.format == "jsonl":
            write_all(output, _lines(run))
        else:
            others.append(output)
    if others:
        emit(
            run, msgspec.structs.replace(settings, outputs=tuple(others), format=None), gates=gates
        )


def _lines(run: Run) -> Iterator[bytes]:
    import msgspec

    from camscan.report.escape import escaped_json

    encode = msgspec.json.Encoder().encode
    return (escaped_json(encode(one)) + b"\n" for one in run.conversations)
