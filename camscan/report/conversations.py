"""Conversations for a terminal: who was called, by how many devices, and what that is."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest

from msgspec.structs import replace
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from camscan.model.conversation import Conversation, Verdict
from camscan.report.escape import plain
from camscan.report.parties import SHOWN, PartySum, Sums, sums_of

MOST_ROWS = 400
_PLACES = {verdict: place for place, verdict in enumerate(SHOWN)}
_STYLE = {Verdict.UNEXPECTED: "red", Verdict.UNKNOWN: "yellow", Verdict.VENDOR_CLOUD: "cyan"}


def peer_rows(sums: Sums) -> tuple[PartySum, ...]:
    """The first MOST_ROWS in the order of `SHOWN`, then by number of devices."""
    return tuple(nsmallest(MOST_ROWS, sums.parties, key=_order))  # of several hundred thousand


def listed(conversations: Sequence[Conversation]) -> Sums:
    """Their sums with the parties of the table alone."""
    sums = sums_of(conversations, table=True)
    rows = peer_rows(sums)
    return replace(sums, parties=rows, more=len(sums.parties) - len(rows))


def _order(row: PartySum) -> tuple[int, int, str]:
    return _PLACES[row.verdict], -row.devices, row.name


def conversation_table(sums: Sums) -> Table:
    """Outside parties, as many as MOST_ROWS; the caption counts the others and what is inside."""
    table = Table(
        title="Whom they were seen to talk to",
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
        caption=_others(sums),
        caption_justify="left",
    )
    # The widths keep what decides readable on a terminal of 80 columns.
    table.add_column("Verdict", no_wrap=True)
    table.add_column("Party", overflow="fold")
    table.add_column("Port", no_wrap=True)
    table.add_column("Country", no_wrap=True)
    table.add_column("Devices", justify="right", no_wrap=True)
    table.add_column("kB out", justify="right", no_wrap=True)
    for row in peer_rows(sums):
        table.add_row(
            Text(row.verdict, style=_STYLE.get(row.verdict, "")),
            plain(row.name, 80),
            row.port,
            row.country,
            f"{row.devices:,}",
            "?" if row.bytes_out is None else f"{row.bytes_out / 1000:,.1f}",
        )
    return table


def _others(sums: Sums) -> str:
    lines = []
    more = sums.more + len(sums.parties) - MOST_ROWS
    if more > 0:
        lines.append(f"… and {more:,} more parties (in -o html: and -o csv-conversations:)")
    counts = sorted(sums.inside.items())
    kinds = ", ".join(f"{number:,} {verdict}" for verdict, number in counts)
    if kinds:
        lines.append(f"Inside the network, not listed: {kinds}")
    return "\n".join(lines)
