"""The terminal report: the answer in words, makers, sites, devices, findings, what was not seen."""

from __future__ import annotations

import io

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from camscan.inventory.overrides import RULE
from camscan.inventory.streamed import walked
from camscan.model.device import Device
from camscan.model.finding import Finding
from camscan.model.identity import Band, Claim, EntityClaim
from camscan.model.run import Run
from camscan.report.console import report_console
from camscan.report.conversations import conversation_table, listed
from camscan.report.detail import parts_of
from camscan.report.escape import plain
from camscan.report.event_findings import within_events
from camscan.report.interface import ReportInput
from camscan.report.parties import Sums
from camscan.report.tally import NO_SITE, by_maker, by_site, cameras
from camscan.report.words import answer

name = "table"
summary = "tables for a terminal"
ahead = listed

_BAND_STYLE = {Band.CONFIRMED: "green", Band.PROBABLE: "cyan", Band.POSSIBLE: "yellow"}
_SEVERITY_STYLE = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}
_MOST_SKIPS = 12
_MOST_ALIKE = 3
_LONGEST_DETAIL = 3000


def render(source: ReportInput) -> bytes:
    """The whole report; without colour when `source.color` is False.

    A run that judged traffic shows whom the devices talk to in place of the devices, which the
    run it was joined with lists.
    """
    buffer = io.StringIO()
    console = report_console(buffer, color=source.color, width=source.width)
    run = source.run
    sums = walked(run.conversations, listed)
    print_answer(console, run, sums)
    if run.devices:
        if cameras(run):
            console.print(maker_table(run))
        if any(subnet.site for subnet in run.coverage.subnets):
            console.print(site_table(run))
        if not sums.conversations:
            console.print(device_table(run))
    if sums.conversations:
        console.print(conversation_table(sums))
    print_findings(console, run)
    print_skips(console, run)
    print_methods(console, run)
    return buffer.getvalue().encode()


def print_answer(console: Console, run: Run, sums: Sums) -> None:
    """The sentences of the answer."""
    for line in answer(run, sums):
        console.print(Text(plain(line, limit=1000)))
    console.print()


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)


def maker_table(run: Run) -> Table:
    """Cameras by maker."""
    table = _table("Cameras by maker")
    for heading in ("Maker", "Head office"):
        table.add_column(heading)
    for heading in ("Cameras", "Under other names"):
        table.add_column(heading, justify="right")
    table.add_column("Those names")
    for row in by_maker(cameras(run)):
        names = ", ".join(f"{brand} {number}" for brand, number in row.brands)
        table.add_row(
            plain(row.maker),
            row.country or "",
            f"{row.cameras:,}",
            f"{row.other_brands:,}" if row.other_brands else "",
            plain(names),
        )
    return table


def site_table(run: Run) -> Table:
    """Devices by site, with the subnets that were not reached; a class nobody has has no column."""
    rows = by_site(run)
    kinds = [
        (heading, numbers)
        for heading, numbers in (
            ("Cameras", [row.totals.cameras for row in rows]),
            ("Recorders", [row.totals.recorders for row in rows]),
            ("Encoders", [row.totals.encoders for row in rows]),
            ("Intercoms", [row.totals.intercoms for row in rows]),
            ("Other", [row.totals.others for row in rows]),
        )
        if heading in {"Cameras", "Other"} or any(numbers)
    ]
    table = _table("By site")
    table.add_column("Site", no_wrap=True)
    for heading, _ in kinds:
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Not reached", overflow="fold")
    for index, row in enumerate(rows):
        cells = (f"{numbers[index]:,}" for _, numbers in kinds)
        table.add_row(plain(row.site), *cells, ", ".join(row.not_reached))
    return table


def device_table(run: Run) -> Table:
    """Every device that answered."""
    table = _table("Devices")
    table.add_column("Address", no_wrap=True)
    if any(device.site for device in run.devices):
        table.add_column("Site")
    for heading in ("Class", "Maker", "Brand", "Model", "Firmware", "MAC", "Open ports"):
        table.add_column(heading, overflow="fold")
    with_site = any(device.site for device in run.devices)
    for device in run.devices:
        cells = [Text(plain(device.label))]
        if with_site:
            cells.append(Text(plain(device.site or NO_SITE)))
        table.add_row(*cells, *_device_cells(device))
    return table


def _device_cells(device: Device) -> list[Text]:
    firmware = device.firmware
    ports = " ".join(f"{p.port}/{p.transport}" for p in device.ports if p.status == "open")
    return [
        _claim(device.class_),
        _entity(device.maker),
        _entity(device.brand),
        _claim(device.model),
        Text(plain(firmware.value, 40), style=_BAND_STYLE.get(firmware.band, ""))
        if firmware
        else Text(""),
        Text(device.mac or ""),
        Text(ports),
    ]


def _mark(claim: Claim | EntityClaim) -> str:
    if RULE in claim.rules:
        return " (your word)"
    return "?" if claim.band is Band.POSSIBLE else ""


def _claim(claim: Claim | None) -> Text:
    if claim is None:
        return Text("unknown", style="dim")
    mark = _mark(claim)
    return Text(plain(claim.value, 40) + mark, style=_BAND_STYLE.get(claim.band, ""))


def _entity(claim: EntityClaim | None) -> Text:
    if claim is None:
        return Text("unknown", style="dim")
    mark = _mark(claim)
    return Text(plain(claim.name, 40) + mark, style=_BAND_STYLE.get(claim.band, ""))


def _indented(console: Console, text: Text, columns: int) -> None:
    """A paragraph whose every line begins `columns` from the left."""
    if console.soft_wrap:
        console.print(Text(" " * columns) + text)
    else:
        console.print(Padding(text, (0, 0, 0, columns), expand=False))


def print_findings(console: Console, run: Run) -> None:
    """Findings, the gravest first, with detail and advice; those with one advice stand together.

    Of an event of many devices the event alone, and how many findings belong to it.
    """
    if not run.findings:
        return
    console.print(Text("Findings", style="italic"))
    order = list(_SEVERITY_STYLE)
    events = within_events(run.findings)
    told = frozenset().union(*events.values())
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in sorted(
        run.findings, key=lambda f: order.index(f.severity) if f.severity in order else 9
    ):
        if finding.id not in told:
            key = (finding.severity, finding.rule, finding.advice)
            groups.setdefault(key, []).append(finding)
    for finding, *alike in groups.values():
        style = _SEVERITY_STYLE.get(finding.severity, "")
        title = Text.assemble((f"{finding.severity}  ", style), plain(finding.title))
        _indented(console, title, 2)
        first, *lists = parts_of(finding.detail)
        for text, columns in ((first, 6), *((each, 8) for each in lists), (finding.advice, 6)):
            if text:
                _indented(console, Text(plain(text, limit=_LONGEST_DETAIL)), columns)
        if finding.id in events:
            line = f"{len(events[finding.id])} findings of single devices belong to it"
            _indented(console, Text(f"{line} (in -o json:)"), 6)
        for other in alike[:_MOST_ALIKE]:
            _indented(console, Text(f"likewise: {plain(other.title)}"), 6)
        if len(alike) > _MOST_ALIKE:
            more = f"… and {len(alike) - _MOST_ALIKE:,} more like it (in -o json:)"
            _indented(console, Text(more), 6)
    console.print()


def print_skips(console: Console, run: Run) -> None:
    """What was not checked and why."""
    skips = run.coverage.skips
    if not skips:
        return
    console.print(Text("Not checked, because", style="italic"))
    for skip in skips[:_MOST_SKIPS]:
        text = f"{skip.subject}: {skip.what}: {skip.reason}"
        _indented(console, Text(plain(text, limit=400)), 2)
    if len(skips) > _MOST_SKIPS:
        console.print(Text(f"  … and {len(skips) - _MOST_SKIPS:,} more (in -o json:)"))
    console.print()


def print_methods(console: Console, run: Run) -> None:
    """How it was found out, with what data: methods, captures, and the credit their data asks."""
    data = run.tool.data
    console.print(Text("How", style="italic"))
    for method in run.coverage.methods:
        parts = [method.status.value]
        if method.sent:
            parts.append(f"{method.sent:,} sent")
        if method.sent or method.answered:
            parts.append(f"{method.answered:,} answered")
        if method.reason:
            parts.append(method.reason)
        _indented(console, Text(plain(f"{method.name}: {', '.join(parts)}", limit=400)), 2)
    credit = f"fingerprints: {data.version} of {data.date}, sha256 {data.sha256[:16]}"
    _indented(console, Text(credit), 2)
