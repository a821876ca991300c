"""CSV of conversations."""

from __future__ import annotations

import csv
import io
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from camscan.errors import StoreError
from camscan.inventory.streamed import StoredConversations
from camscan.model.conversation import Conversation
from camscan.model.run import Run
from camscan.report import csv_conversations as report
from camscan.report.interface import ReportInput
from tests.conftest import build_sample_run

TALK = build_sample_run().conversations[0]
START = tuple("=+-@\t\r＝＋－＠")


def rows(*talks: Conversation) -> list[dict[str, str]]:
    run = replace(build_sample_run(), conversations=talks)
    text = report.render(ReportInput(run=run)).decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_rows_and_columns(sample_run: Run) -> None:
    (row,) = rows(*sample_run.conversations)
    assert tuple(row) == report.COLUMNS
    assert row["peer"] == "203.0.113.5"
    assert row["asn"] == ""
    assert row["bytes_in"] == "0"
    assert row["first"] == "2026-11-24T02:13:00Z"
    assert row["reasons"] == "no name"


@pytest.mark.parametrize(
    "field", ["id", "device", "address", "peer", "protocol", "name", "name_source", "country",
              "organisation", "source"],
)  # fmt: skip
@given(
    text=st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            ["=1", '"', '",=1,"', ",", "\r\n=1", "\n", "a\rb", "\x00", "-1", "＝1", "Ω"]
        ),
    )
)
def test_whatever_a_text_is_no_cell_is_a_formula(field: str, text: str) -> None:
    found = rows(TALK, replace(TALK, **{field: text}), replace(TALK, id="last"))
    assert len(found) == 3
    assert found[2]["id"] == "last", "no row is added or lost"
    for row in found:
        assert None not in row
        for cell in row.values():
            assert not cell.startswith(START)
            assert not [
                c for c in cell if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
            ]


def test_both_ways_of_writing_tell_the_same() -> None:
    sound = replace(TALK, name="a.example", organisation="Org, Inc.", reasons=("a: b", "c: d"))
    hostile = replace(TALK, name="=1")
    assert rows(sound)[0] == rows(sound, hostile)[0]


def test_pieces(sample_run: Run) -> None:
    run = replace(sample_run, conversations=sample_run.conversations * 9000)
    pieces = list(report.chunks(ReportInput(run=run)))
    assert len(pieces) > 4
    assert b"".join(pieces) == report.render(ReportInput(run=run))
    assert b"".join(pieces).count(b"\r\n") == 9001


@pytest.mark.parametrize(
    "time",
    ["2026-11-24T02:13:00Z", "2026-11-24T02:13:00.5Z", "2026-11-24T02:13:00.000000Z",
     "2026-11-24T02:13:00.250000Z", "2028-02-29T02:13:00Z", "2026-11-24T02:13:00+01:00",
     "2026-11-24T02:13:00+00:00"],
)  # fmt: skip
def test_times_of_a_file_are_written_as_those_in_memory(sample_run: Run, time: str) -> None:
    text = msgspec.json.encode([TALK])[1:-1].replace(b"2026-11-24T02:13:00Z", time.encode())
    held = StoredConversations(lambda: iter([text]), "run.json")
    run = replace(sample_run, conversations=held)
    assert report.render(ReportInput(run=run)) == report.render(
        ReportInput(run=replace(sample_run, conversations=tuple(held)))
    )


@pytest.mark.parametrize("time", ["2026-02-30T02:13:00Z", "2026-11-24", "=1"])
def test_what_is_no_time_is_a_fault_of_the_store(sample_run: Run, time: str) -> None:
    text = msgspec.json.encode([TALK])[1:-1].replace(b"2026-11-24T02:13:00Z", time.encode())
    held = StoredConversations(lambda: iter([text]), "run.json")
    with pytest.raises(StoreError, match="a conversation is not one"):
        report.render(ReportInput(run=replace(sample_run, conversations=held)))
