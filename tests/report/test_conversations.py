"""Conversations for a terminal."""

from __future__ import annotations

import io

import msgspec
from rich.console import Console

from camscan.model.conversation import Verdict
from camscan.model.run import Run
from camscan.report.conversations import MOST_ROWS, conversation_table, listed, peer_rows
from camscan.report.parties import sums_of


def talks(run: Run) -> Run:
    first = run.conversations[0]
    change = msgspec.structs.replace
    return change(
        run,
        conversations=(
            change(
                first, id="c2", verdict=Verdict.VENDOR_CLOUD, name="cloud.example", peer="1.2.3.4"
            ),
            first,
            change(first, id="c3", device="d2", bytes_out=None),
            change(first, id="c4", verdict=Verdict.INTERNAL),
            change(first, id="c5", verdict=Verdict.UNEXPECTED, peer=None, name="\x1b[31mevil"),
        ),
    )


def test_rows_are_grouped_and_the_unexpected_stand_first(sample_run: Run) -> None:
    rows = peer_rows(sums_of(talks(sample_run).conversations))
    assert [(row.verdict, row.name, row.devices) for row in rows] == [
        ("unexpected", "203.0.113.5", 2),
        ("unexpected", "\x1b[31mevil", 1),
        ("vendor-cloud", "cloud.example", 1),
    ]
    assert rows[0].bytes_out == 180


def test_unknown_bytes_are_unknown_not_zero(sample_run: Run) -> None:
    one = msgspec.structs.replace(sample_run.conversations[0], bytes_out=None)
    (row,) = peer_rows(sums_of((one,)))
    assert row.bytes_out is None


def test_the_table_is_harmless_and_counts_the_inside(sample_run: Run) -> None:
    console = Console(file=io.StringIO(), width=160, no_color=True)
    console.print(conversation_table(sums_of(talks(sample_run).conversations)))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "\x1b" not in text
    assert "1 internal" in text


def test_a_terminal_is_spared_very_many_parties(sample_run: Run) -> None:
    first = sample_run.conversations[0]
    many = tuple(
        msgspec.structs.replace(first, id=f"c{n}", name=f"host-{n}.example")
        for n in range(MOST_ROWS + 234)
    )
    console = Console(file=io.StringIO(), width=160, no_color=True)
    console.print(conversation_table(sums_of(many)))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert text.count("host-") == MOST_ROWS
    assert "234 more parties" in text
    again = Console(file=io.StringIO(), width=160, no_color=True)
    again.print(conversation_table(listed(many)))
    assert again.file.getvalue() == text  # type: ignore[attr-defined]
    assert len(listed(many).parties) == MOST_ROWS
