"""What changed between two runs, for a terminal, for Markdown, and as JSON."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import msgspec
from msgspec import Struct
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from camscan.findings.difference import Change, ChangeKind, Difference, Side
from camscan.report.console import report_console
from camscan.report.escape import escaped_json, markdown, plain

_MOST_ROWS = 500
_LONG = 300
_TITLES = {
    ChangeKind.NEW: "New devices",
    ChangeKind.GONE: "Gone",
    ChangeKind.MOVED: "Moved",
    ChangeKind.IDENTITY: "Said to be another",
    ChangeKind.FIRMWARE: "Other firmware",
    ChangeKind.NEW_FINDING: "New findings",
    ChangeKind.CLOSED_FINDING: "Closed findings",
    ChangeKind.NEW_CONVERSATION: "New conversations",
    ChangeKind.NOT_CHECKED: "Not checked, because",
}
_FINDINGS = frozenset({ChangeKind.NEW_FINDING, ChangeKind.CLOSED_FINDING})


class Look(Struct, frozen=True, kw_only=True):
    """Where it is read: `width` None is wide enough for a file."""

    color: bool = False
    width: int | None = None


def render(found: Difference, form: str, look: Look) -> bytes:
    """The difference in one of `FORMATS`."""
    return FORMATS[form](found, look)


def _table(found: Difference, look: Look) -> bytes:
    buffer = io.StringIO()
    console = report_console(buffer, color=look.color, width=look.width)
    console.print(Text(summary(found)))
    for kind, group in _groups(found):
        table = Table(
            title=f"{_TITLES[kind]} ({len(group):,})",
            title_justify="left",
            box=SIMPLE_HEAD,
            pad_edge=False,
        )
        for heading in _headings(kind):
            table.add_column(heading, overflow="fold")
        for change in group[:_MOST_ROWS]:
            table.add_row(*(Text(plain(cell, _LONG)) for cell in _cells(change)))
        console.print(table)
        if len(group) > _MOST_ROWS:
            console.print(Text(f"… and {len(group) - _MOST_ROWS:,} more (in --format jsonl)"))
    return buffer.getvalue().encode()


def _markdown(found: Difference, look: Look) -> bytes:
    lines = [markdown(summary(found), 1000), ""]
    for kind, group in _groups(found):
        headings = _headings(kind)
        lines += [f"## {_TITLES[kind]} ({len(group):,})", ""]
        lines += [f"| {' | '.join(headings)} |", "|" + "---|" * len(headings)]
        for change in group[:_MOST_ROWS]:
            lines.append(f"| {' | '.join(markdown(cell, _LONG) for cell in _cells(change))} |")
        if len(group) > _MOST_ROWS:
            lines += ["", f"… and {len(group) - _MOST_ROWS:,} more."]
        lines.append("")
    return "\n".join(lines).encode()


def _json(found: Difference, look: Look) -> bytes:
    return escaped_json(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")


def _jsonl(found: Difference, look: Look) -> bytes:
    return b"".join(escaped_json(msgspec.json.encode(one)) + b"\n" for one in found.changes)


FORMATS: dict[str, Callable[[Difference, Look], bytes]] = {
    "table": _table,
    "json": _json,
    "jsonl": _jsonl,
    "markdown": _markdown,
}


def summary(found: Difference) -> str:
    """Both runs and how many changes of each kind, in one sentence."""
    counts = [f"{len(group):,} {kind.value}" for kind, group in _groups(found)]
    told = ", ".join(counts) if counts else "nothing changed"
    return f"{_side(found.before)} → {_side(found.after)}: {told}."


def _side(side: Side) -> str:
    return f"{side.id} ({side.ended:%Y-%m-%d %H:%M} UTC, {side.status}, {side.devices:,} devices)"


def _groups(found: Difference) -> Iterator[tuple[ChangeKind, list[Change]]]:
    for kind in ChangeKind:
        group = [change for change in found.changes if change.kind is kind]
        if group:
            yield kind, group


def _headings(kind: ChangeKind) -> tuple[str, ...]:
    if kind in _FINDINGS:
        return ("Severity", "Finding", "Site", "Rule")
    if kind is ChangeKind.NOT_CHECKED:
        return ("What", "Site", "Why")
    if kind in {ChangeKind.NEW, ChangeKind.GONE}:
        return ("Device", "Site", "Detail")
    if kind is ChangeKind.NEW_CONVERSATION:
        return ("Device", "Site", "Destination", "Verdict")
    return ("Device", "Site", "Was", "Now", "What")


def _cells(change: Change) -> tuple[str, ...]:
    site = change.site or ""
    if change.kind in _FINDINGS:
        return (change.severity or "", change.name, site, change.detail)
    if change.kind in {ChangeKind.NEW, ChangeKind.GONE, ChangeKind.NOT_CHECKED}:
        return (change.name, site, change.detail)
    if change.kind is ChangeKind.NEW_CONVERSATION:
        return (change.name, site, change.now or "", change.detail)
    return (change.name, site, change.was or "", change.now or "", change.detail)
