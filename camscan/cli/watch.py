"""`camscan watch`: judge traffic as it goes, and alert once for what is new and unexpected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from camscan.cli import INTERRUPTED
from camscan.cli.common import Settings, common_options
from camscan.cli.duration import as_seconds
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

if TYPE_CHECKING:
    from camscan.cli.alerting import Alerting
    from camscan.egress.analyse import Inputs
    from camscan.model.run import Run
    from camscan.sources.flows.live import LiveSource
    from camscan.sources.flows.source import Reading

_DAY = "1d"


@click.command(short_help="Judge traffic as it goes.")
@click.argument("words", nargs=-1, metavar="[IFACE|FILE]...")
@click.option("--netflow", type=click.IntRange(1, 65535), metavar="PORT", help="Take NetFlow too.")
@click.option(
    "--bind",
    default="127.0.0.1",
    metavar="ADDRESS",
    help="Where --netflow listens; 0.0.0.0 for exporters elsewhere.  [default: 127.0.0.1]",
)
@inventory_option()
@evidence_option
@zone_option
@mud_option
@all_devices_option
@geo_option
@click.option(
    "--alert",
    "alerts",
    multiple=True,
    envvar="CAMSCAN_ALERT",
    metavar="URL",
    help="Send alerts there too: syslog://HOST, https://HOST/HOOK, mailtos://…; repeatable.",
)
@time_option("Watch")
@click.option(
    "--every",
    default=_DAY,
    callback=as_seconds,
    metavar="TIME",
    help="Keep a run in the store for each such period.  [default: 1d]",
)
@promiscuous_option
@common_options
def watch(
    settings: Settings,
    *,
    words: tuple[str, ...],
    netflow: int | None,
    bind: str,
    references: tuple[str, ...],
    evidence: tuple[Path, ...],
    log_zone: str,
    muds: tuple[str, ...],
    all_devices: bool,
    databases: tuple[Path, ...],
    alerts: tuple[str, ...],
    seconds: float | None,
    every: float,
    promiscuous: bool,
) -> int:
    """Watch an interface, NetFlow or a growing log, and tell what is unexpected as it begins.

    Each new unexpected conversation is told once, several devices that begin together are told as
    one event, a flood of new peers is summed up. Messages go to standard error; with --format jsonl
    each event is one JSON object on standard output. Nothing is sent but alerts to the URLs that
    you give. What was seen is kept as a run, each day and at the end.

    \b
    Examples:
      camscan watch eth1 --run latest
      camscan watch --netflow 2055 --bind 0.0.0.0 --run inventory.json --alert syslog://10.1.2.3
      camscan watch /var/log/dnsmasq.log --run latest --format jsonl
    """
    from camscan.cli.alerting import Alerting
    from camscan.cli.message import say
    from camscan.cli.stopping import Stopping
    from camscan.cli.traffic import inputs_of, kept, reading_of
    from camscan.cli.verdict import Gates
    from camscan.cli.watching import Watching
    from camscan.errors import UsageError

    if settings.format not in (None, "jsonl"):
        raise UsageError("--format: a watch writes events as jsonl; -o writes its run at the end")
    if not words and netflow is None:
        raise UsageError("say what to watch: an interface, a log file or --netflow PORT")
    if not references and not all_devices:
        raise UsageError("say which inventory to join with --run RUN, or judge --all-devices")

    def tell(text: str) -> None:
        if not settings.quiet:
            say(text, json_lines=settings.json_lines)

    def keep(run: Run) -> None:
        stored = kept(run, settings, command="watch")
        tell(f"kept as run {stored.run.id}: {len(stored.conversations)} conversations")
        _write(standard.judged(stored), settings)

    standard = Gates().standard(settings)
    inputs = inputs_of(settings, references, evidence, databases, muds, all_devices=all_devices)
    with Stopping() as stopping, Alerting(alerts, settings) as alerting:
        reading = reading_of(inputs, log_zone)
        sources = _sources(words, netflow, bind, reading, inputs, promiscuous, tell)
        watching = Watching(
            reading,
            sources,
            inputs,
            tell=alerting.tell,
            keep=keep,
            say=tell,
            found=lambda run: standard.found(run, inputs.fingerprints),
        )
        tell(_beginning(words, netflow, bind, alerting))
        watching.run(stopping, seconds=seconds, every=every)
        return INTERRUPTED if stopping.stopped else 0


def _sources(
    words: tuple[str, ...],
    netflow: int | None,
    bind: str,
    reading: Reading,
    inputs: Inputs,
    promiscuous: bool,
    say: Callable[[str], None],
) -> list[LiveSource]:
    """Everything that was named, opened; nothing stays open when one fails."""
    from camscan.cli.traffic import LIVE
    from camscan.sources.flows.live import CollectorSource, FileSource, InterfaceSource

    found: list[LiveSource] = []
    try:
        for word in words:
            if not word.startswith(LIVE) and Path(word).exists():
                found.append(FileSource(word, reading, say=say))
                continue
            name = word.removeprefix(LIVE)
            found.append(
                InterfaceSource(name, reading, inputs.inside, promiscuous=promiscuous, say=say)
            )
        if netflow is not None:
            found.append(CollectorSource(netflow, bind, reading, say=say))
    except BaseException:
        for source in found:
            source.close(None)
        raise
    return found


def _beginning(words: tuple[str, ...], netflow: int | None, bind: str, alerting: Alerting) -> str:
    parts = list(words)
    if netflow is not None:
        parts.append(f"NetFlow at {bind}:{netflow}")
    where = f"; alerts go to {', '.join(alerting.names)}" if alerting.names else ""
    return f"watching {', '.join(parts)}{where}"


def _write(run: Run, settings: Settings) -> None:
    """The reports that were asked for by -o."""
    import msgspec

    from camscan.cli.output import emit

    if settings.outputs:
        emit(run, msgspec.structs.replace(settings, format=None))
