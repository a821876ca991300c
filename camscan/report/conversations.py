"""Conversations for a terminal: who was called, by how many devices, and what that is."""

from __future__ import annotations

from collections import Counter, defaultdict

from msgspec import Struct
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from camscan.model.conversation import Conversation, Verdict
from camscan.model.run import Run
from camscan.report.escape import plain

SHOWN = (
    Verdict.UNEXPECTED,
    Verdict.UNKNOWN,
    Verdict.VENDOR_CLOUD,
    Verdict.EXPECTED,
    Verdict.ALLOWED,
)
"""Verdicts with rows of their own; what stays inside is only counted."""

_STYLE = {Verdict.UNEXPECTED: "red", Verdict.UNKNOWN: "yellow", Verdict.VENDOR_CLOUD: "cyan"}


class PeerRow(Struct, frozen=True, kw_only=True):
    """One outside party with one verdict, over all devices; `bytes_out` None when unknown."""

    verdict: Verdict
    party: str
    port: str
    country: str
    devices: int
    bytes_out: int | None


def peer_rows(run: Run) -> tuple[PeerRow, ...]:
    """Rows in the order of `SHOWN`, then by number of devices."""
    groups: dict[tuple[Verdict, str, str], list[Conversation]] = defaultdict(list)
    for talk in run.conversations:
        if talk.verdict in SHOWN:
            port = f"{talk.port}/{talk.protocol}" if talk.port is not None else talk.protocol
            groups[talk.verdict, talk.name or talk.peer or "?", port].append(talk)
    rows = [_row(*key, talks) for key, talks in groups.items()]
    return tuple(sorted(rows, key=lambda row: (SHOWN.index(row.verdict), -row.devices, row.party)))


def _row(verdict: Verdict, party: str, port: str, talks: list[Conversation]) -> PeerRow:
    known = [talk.bytes_out for talk in talks if talk.bytes_out is not None]
    return PeerRow(
        verdict=verdict,
        party=party,
        port=port,
        country=" ".join(sorted({talk.country or "?" for talk in talks})),
        devices=len({talk.device or talk.address for talk in talks}),
        bytes_out=sum(known) if known else None,
    )


def conversation_table(run: Run) -> Table:
    """Outside parties; the caption counts what stayed inside."""
    table = Table(
        title="Whom they were seen to talk to",
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
        caption=_inside(run),
        caption_justify="left",
    )
    # The widths keep what decides readable on a terminal of 80 columns.
    table.add_column("Verdict", no_wrap=True)
    table.add_column("Party", overflow="fold")
    table.add_column("Port", no_wrap=True)
    table.add_column("Country", no_wrap=True)
    table.add_column("Devices", justify="right", no_wrap=True)
    table.add_column("kB out", justify="right", no_wrap=True)
    for row in peer_rows(run):
        table.add_row(
            Text(row.verdict, style=_STYLE.get(row.verdict, "")),
            plain(row.party, 80),
            row.port,
            row.country,
            f"{row.devices:,}",
            "?" if row.bytes_out is None else f"{row.bytes_out / 1000:,.1f}",
        )
    return table


def _inside(run: Run) -> str:
    counts = Counter(talk.verdict for talk in run.conversations if talk.verdict not in SHOWN)
    kinds = ", ".join(f"{number:,} {verdict}" for verdict, number in sorted(counts.items()))
    return f"Inside the network, not listed: {kinds}" if kinds else ""
