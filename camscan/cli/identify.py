"""`camscan identify`: judge recorded answers without a network."""

from __future__ import annotations

from pathlib import Path

import click

from camscan.cli.common import Settings, common_options


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
    from datetime import UTC, datetime

    from camscan import __version__
    from camscan.cli.data import matcher, read_recorded
    from camscan.cli.message import say
    from camscan.cli.output import check_formats, emit
    from camscan.errors import SourceError
    from camscan.inventory.merge import single_device
    from camscan.inventory.store import new_run_id
    from camscan.model.coverage import Coverage
    from camscan.model.evidence import Evidence
    from camscan.model.run import Run, RunInfo, RunStatus, ScopeRecord, Tool

    check_formats(settings)
    started = datetime.now(UTC)
    recorded = read_recorded(files or (Path("-"),))
    if not recorded.targets:
        reason = recorded.skips[0].reason if recorded.skips else "the input is empty"
        raise SourceError(f"nothing to identify: {reason}")
    judge = matcher(settings)
    by_target: dict[str, list[Evidence]] = {target: [] for target in recorded.targets}
    for item in recorded.evidence:
        by_target[item.target].append(item)
    judged = [single_device(target, items, judge) for target, items in by_target.items()]
    skips = (*recorded.skips, *(skip for _, held in judged for skip in held))
    run = Run(
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
        coverage=Coverage(skips=skips),
        devices=tuple(device for device, _ in judged),
    )
    for skip in skips:
        say(
            f"{skip.subject}: {skip.what}: {skip.reason}",
            level="warning",
            json_lines=settings.log_format == "json",
        )
    emit(run, settings)
    return 0
