"""Markdown for the comment on a merge request: counts, makers, findings, coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from camscan.model.count import Totals, count
from camscan.model.coverage import SubnetState
from camscan.model.device import Device
from camscan.model.finding import Finding, FindingStatus, Severity
from camscan.model.run import Run
from camscan.report.escape import markdown
from camscan.report.event_findings import within_events
from camscan.report.interface import ReportInput
from camscan.report.parties import unexpected_of
from camscan.report.tally import by_maker, by_site, cameras
from camscan.report.words import answer

name = "markdown"
summary = "Markdown for a merge request: counts, makers, findings, coverage"
ahead = unexpected_of

_MOST_FINDINGS = 50
_MOST_ROWS = 40
_NOT_LISTED = {FindingStatus.ACCEPTED, FindingStatus.GONE}


def render(source: ReportInput) -> bytes:
    """GitHub-flavoured Markdown that GitLab reads too; long tables are cut and say so."""
    run = source.run
    lines = ["# camscan", ""]
    for sentence in answer(run):
        lines += [f"- {markdown(sentence.strip(), 1000)}"]
    if run.devices:
        lines += ["", "## Cameras by maker", "", *_makers(run)]
        if any(subnet.site for subnet in run.coverage.subnets):
            lines += ["", "## By site", "", *_sites(run)]
    lines += ["", "## Findings", "", *_findings(run), "", "## Coverage", "", *_coverage(run)]
    data = run.tool.data
    credit = (
        f"camscan {run.tool.version}, fingerprints {data.version} of {data.date}, run {run.run.id},"
        f" {run.run.started:%Y-%m-%d %H:%M} UTC, {run.run.status}."
    )
    lines += ["", markdown(credit, 400), ""]
    return "\n".join(lines).encode()


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], right: int = 0) -> list[str]:
    """A table of cells that are escaped already; the last `right` columns are numbers."""
    marks = ["---"] * (len(headings) - right) + ["---:"] * right
    return [f"| {' | '.join(row)} |" for row in (headings, marks, *rows)]


def _makers(run: Run) -> list[str]:
    rows = [
        (
            markdown(row.maker),
            row.country or "",
            ", ".join(f"{markdown(brand)} {number:,}" for brand, number in row.brands),
            f"{row.cameras:,}",
        )
        for row in by_maker(cameras(run))
    ]
    if not rows:
        return ["No device is called a camera."]
    return table(("Maker", "Head office", "Of these under other names", "Cameras"), rows, right=1)


def _sites(run: Run) -> list[str]:
    rows = [
        (
            markdown(row.site),
            markdown(", ".join(row.not_reached[:_MOST_ROWS]), 1000),
            f"{row.totals.cameras:,}",
            _beside(row.totals),
        )
        for row in by_site(run)
    ]
    shown = table(
        ("Site", "Not reached", "Cameras", "Recorders, encoders, intercoms"), rows[:200], right=2
    )
    return [*shown, *_more(len(rows) - 200, "sites")]


def _beside(totals: Totals) -> str:
    return f"{totals.recorders:,}, {totals.encoders:,}, {totals.intercoms:,}"


def _findings(run: Run) -> Iterator[str]:
    if not run.findings:
        yield "No finding in what was checked."
        return
    totals = Counter((finding.severity, finding.status) for finding in run.findings)
    listed = [
        (severity.value, *(f"{totals[severity, status]:,}" for status in FindingStatus))
        for severity in reversed(Severity)
        if any(totals[severity, status] for status in FindingStatus)
    ]
    yield from table(("Severity", *FindingStatus), listed, right=len(FindingStatus))
    events = within_events(run.findings)
    told = frozenset().union(*events.values())
    shown = [one for one in run.findings if one.status not in _NOT_LISTED and one.id not in told]
    if not shown:
        return
    devices = {device.id: device for device in run.devices}
    order = tuple(Severity)
    shown.sort(key=lambda one: (one.status is not FindingStatus.NEW, -order.index(one.severity)))
    yield ""
    yield from table(
        ("Severity", "Status", "Finding", "Site", "Rule"),
        (_finding(one, devices.get(one.device or "")) for one in shown[:_MOST_FINDINGS]),
    )
    if told:
        yield ""
        yield f"{len(told):,} findings of single devices belong to an event above."
    yield from _more(len(shown) - _MOST_FINDINGS, "findings")


def _finding(finding: Finding, device: Device | None) -> tuple[str, ...]:
    return (
        finding.severity.value,
        finding.status.value,
        markdown(finding.title, 300),
        markdown(device.site or "") if device is not None else "",
        markdown(finding.rule),
    )


def _coverage(run: Run) -> Iterator[str]:
    coverage = run.coverage
    totals = count(run.devices)
    yield (
        f"- {coverage.answered:,} of {coverage.targets:,} addresses answered;"
        f" {len(run.devices):,} devices, {totals.cameras:,} of them cameras."
    )
    silent = [one for one in coverage.subnets if one.state is not SubnetState.ANSWERED]
    reached = len(coverage.subnets) - len(silent)
    yield f"- {reached:,} of {len(coverage.subnets):,} subnets were reached."
    for subnet in silent[:_MOST_ROWS]:
        where = f"{subnet.cidr} ({subnet.site})" if subnet.site else subnet.cidr
        yield f"- {markdown(where)}: {subnet.state}; what is there is not in these totals."
    yield from _more(len(silent) - _MOST_ROWS, "subnets")
    if coverage.skips:
        yield ""
        yield "Not checked, because:"
        yield ""
        for skip in coverage.skips[:_MOST_ROWS]:
            yield f"- {markdown(f'{skip.subject}: {skip.what}: {skip.reason}', 300)}"
        yield from _more(len(coverage.skips) - _MOST_ROWS, "not checked")


def _more(number: int, what: str) -> Iterator[str]:
    if number > 0:
        yield ""
        yield f"… and {number:,} more {what} (in the JSON of the run)."
