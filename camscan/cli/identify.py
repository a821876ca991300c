"""`camscan identify`: judge recorded answers without a network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from camscan.cli.common import Output, Settings, common_options

if TYPE_CHECKING:
    from camscan.matching.recall import Recall
    from camscan.model.coverage import Skip
    from camscan.model.device import Device
    from camscan.model.run import Run
    from camscan.sources.targets import Targets

_COLLECT, _COLLECT_OLDER = 100_000, (50, 100)


@click.command(short_help="Judge recorded answers.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@common_options
def identify(settings: Settings, *, files: tuple[Path, ...]) -> int:
    """Say what devices gave recorded answers; - or no FILE reads standard input.

    A FILE is a capture (pcap, pcapng) of any size, nmap XML, JSON of masscan, zgrab2, Shodan or
    Censys, or JSON Lines, gzipped or not; its content says which. Lines are {"target": ID,
    "field": NAME, "value": TEXT} or {"target": ID, "protocol": NAME, "raw": TEXT} ("hex" for
    bytes, "port" optional). Records of one target are judged together. A pasted HTTP, RTSP or
    SOAP answer works as it is.

    \b
    Examples:
      echo '{"target": "cam", "field": "http.server", "value": "App-webs/"}' | camscan identify
      curl -si http://10.20.0.9/ | camscan identify
      camscan identify --format jsonl banners.jsonl
      camscan identify nmap.xml shodan.json.gz
      tcpdump -w - -i eth0 | camscan identify -
    """
    import gc

    from camscan.cli.data import matcher, read_targets
    from camscan.cli.output import check_formats, emit
    from camscan.cli.verdict import Gates
    from camscan.errors import SourceError
    from camscan.matching.recall import Recall

    check_formats(settings)
    started = datetime.now(UTC)
    # What is read and what is made of it holds no cycles: the collector need not walk it all again
    # and again.
    gc.set_threshold(_COLLECT, *_COLLECT_OLDER)
    targets = read_targets(files or (Path("-"),))
    if not len(targets):
        reason = targets.skips[0].reason if targets.skips else "the input is empty"
        raise SourceError(f"nothing to identify: {reason}")
    judge = Recall(matcher(settings))
    gc.freeze()
    (output, *more) = settings.wanted_outputs()
    if output.format == "jsonl" and not more:
        _tell(_stream(targets, judge, output), settings)
        return 0
    standard = Gates().standard(settings)
    devices: list[Device] = []
    skips: list[Skip] = []
    for device, held in _judged(targets, judge):
        devices.append(device)
        skips += held
    skips[:0] = targets.skips
    _tell(skips, settings)
    run = _run(started, files, judge, devices, skips)
    emit(standard.found(run, judge.fingerprints), settings)
    return 0


def _judged(targets: Targets, judge: Recall) -> Iterator[tuple[Device, tuple[Skip, ...]]]:
    from camscan.inventory.merge import single_device
    from camscan.model.evidence import evidence_of

    for target, records in targets:
        ports = targets.ports.get(target, ())
        yield single_device(target, evidence_of(target, records), judge, ports)


def _stream(targets: Targets, judge: Recall, output: Output) -> list[Skip]:
    """Write devices as they are judged, some hundred at a time; what was skipped."""
    from camscan.cli.output import write_all
    from camscan.inventory.device_lines import DeviceLines, batches

    skips: list[Skip] = []

    def lines() -> Iterator[bytes]:
        writer = DeviceLines(judge, targets.ports)
        for batch in batches(targets):
            found = writer.lines(batch)
            skips.extend(skip for _, held in found for skip in held)
            yield b"\n".join([*[line for line, _ in found], b""])

    write_all(output, lines())
    return [*targets.skips, *skips]


def _run(
    started: datetime,
    files: Sequence[Path],
    judge: Recall,
    devices: list[Device],
    skips: list[Skip],
) -> Run:
    from camscan import __version__
    from camscan.inventory.store import new_run_id
    from camscan.model.coverage import Coverage
    from camscan.model.run import Run, RunInfo, RunStatus, ScopeRecord, Tool

    return Run(
        tool=Tool(version=__version__, data=judge.fingerprints.version),
        run=RunInfo(
            id=new_run_id(started),
            started=started,
            ended=datetime.now(UTC),
            status=RunStatus.COMPLETE,
            site=None,
            scope=ScopeRecord(sources=tuple(str(path) for path in files) or ("-",)),
            authorised_by=None,
        ),
        coverage=Coverage(skips=tuple(skips)),
        devices=tuple(devices),
    )


def _tell(skips: Iterable[Skip], settings: Settings) -> None:
    from camscan.cli.message import say

    for skip in skips:
        say(
            f"{skip.subject}: {skip.what}: {skip.reason}",
            level="warning",
            json_lines=settings.json_lines,
        )
