"""`camscan egress`: whom do the cameras talk to, and what of it is unexpected?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from camscan.cli import INTERRUPTED
from camscan.cli.common import Settings, common_options
from camscan.cli.kev import kev_option
from camscan.cli.traffic_options import (
    all_devices_option,
    evidence_option,
    geo_option,
    inventory_option,
    mud_option,
    promiscuous_option,
    time_option,
    zone_option,
)
from camscan.cli.verdict import Gates, gate_options

if TYPE_CHECKING:
    from camscan.egress.analyse import Inputs, Judged
    from camscan.model.run import Run
    from camscan.sources.flows.source import Reading


@click.command(short_help="Read captures and logs.")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@inventory_option(", then who had an address when counts")
@evidence_option
@zone_option
@click.option("--learn", is_flag=True, help="Add what is seen to the baseline of usual calls.")
@mud_option
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
@all_devices_option
@geo_option
@time_option("Capture")
@promiscuous_option
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
    from camscan.cli.traffic import LIVE, inputs_of, kept, reading_of
    from camscan.egress.analyse import judged, run_of
    from camscan.errors import UsageError
    from camscan.findings.registry import with_findings
    from camscan.sources.flows.join import record_of
    from camscan.sources.flows.read import read_into

    check_formats(settings)
    if not references and not all_devices:
        raise UsageError("say which inventory to join with --run RUN, or judge --all-devices")
    live = [source.removeprefix(LIVE) for source in sources if source.startswith(LIVE)]
    if not live and (seconds is not None or promiscuous):
        raise UsageError("--for and --promiscuous need an interface: iface:NAME")
    standard = gates.standard(settings, kev_file)
    started = datetime.now(UTC)
    inputs = inputs_of(settings, references, evidence, databases, muds, all_devices=all_devices)
    reading = reading_of(inputs, log_zone)
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
    run = standard.judged(kept(run, settings, command="egress"))
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

    return capture(
        names,
        reading,
        inputs.inside,
        seconds=seconds,
        promiscuous=promiscuous,
        say=lambda text: None if settings.quiet else say(text, json_lines=settings.json_lines),
    )


def _learn(found: Sequence[Judged], settings: Settings) -> None:
    """Add the calls to the baseline and say how many there are now."""
    from camscan.cli.message import say
    from camscan.cli.traffic import baseline_path
    from camscan.egress.baseline import learned
    from camscan.egress.baseline_file import read_baseline, write_baseline

    path = baseline_path(settings)
    before = read_baseline(path)
    after = learned(before, [(one.talk, one.verdict) for one in found])
    write_baseline(path, after)
    say(
        f"learned {len(after.calls) - len(before.calls)} calls; {len(after.calls)} are usual now,"
        f" in {path}",
        json_lines=settings.json_lines,
    )


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
