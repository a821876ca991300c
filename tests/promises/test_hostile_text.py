"""Promise 4: what a device says cannot harm whoever reads a report of it."""

from __future__ import annotations

import csv
import io
import json
import unicodedata

import pytest

pytestmark = pytest.mark.root

# Control, format (bidirectional overrides), surrogate, private, line and paragraph separators.
HARMFUL = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def harmful(text: str) -> set[str]:
    return {
        f"U+{ord(char):04X}"
        for char in text
        if char != "\n" and unicodedata.category(char) in HARMFUL
    }


def test_the_hostile_text_arrived(campaign):
    values = "".join(item["value"] for item in campaign.device(campaign.evil)["evidence"])
    for piece in ("\x1b[2J", "\x07", "\u202e", "\u2066", "\x9b", "=cmd|", "<script>", "onerror"):
        assert piece in values, ascii(piece)
    assert campaign.device(campaign.evil)["model"]["value"].startswith("=cmd|")


def test_the_table_moves_no_cursor_and_reorders_nothing(campaign):
    text = campaign.done.out.decode()
    assert "=cmd|" in text, "the model is in the table"
    assert harmful(text) == set()


def test_progress_and_messages_are_plain(campaign):
    assert harmful(campaign.done.err.replace("\r", "")) == set()


def test_no_cell_of_the_csv_is_a_formula(campaign):
    raw = (campaign.folder / "run.csv").read_bytes().decode()
    rows = list(csv.reader(io.StringIO(raw, newline="")))
    assert len({len(row) for row in rows}) == 1, "every row has every column"
    assert len(rows) == len(campaign.run["devices"]) + 1
    cells = [cell for row in rows for cell in row]
    assert any("=cmd|" in cell for cell in cells), "the model is in the table"
    assert any("@SUM(" in cell for cell in cells), "and the firmware"
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == []
    assert set().union(*map(harmful, cells)) == set()


def test_json_escapes_what_a_terminal_would_obey(campaign):
    for name in ("run.json", "run.jsonl"):
        raw = (campaign.folder / name).read_bytes()
        assert not {byte for byte in raw if byte < 32 and byte != 10}, name
    said = [d for d in campaign.run["devices"] if campaign.evil in d["addresses"]]
    (title,) = [e["value"] for e in said[0]["evidence"] if e["field"] == "http.title"]
    assert title.startswith("\u202e\x1b]0;owned\x07"), "and keeps the evidence as it was"


def test_explaining_a_device_is_as_safe(campaign, camscan):
    path = str(campaign.folder / "run.json")
    done = camscan("explain", campaign.evil, "--run", path)
    assert done.code == 0, done.err
    text = done.out.decode()
    assert "=cmd|" in text
    assert harmful(text) == set()


def test_recorded_evidence_is_as_hostile_as_a_device(camscan, tmp_path):
    records = [
        {"target": "\x1b[31m=1+1\u202e", "field": "onvif.manufacturer", "value": "HIKVISION"},
        {"target": "\x1b[31m=1+1\u202e", "field": "onvif.model", "value": "=2+5\x1b[2J\u2067"},
        {"target": "\x1b[31m=1+1\u202e", "field": "onvif.firmware", "value": "\t=1\r\n=2"},
        {"target": "b", "field": "http.title", "value": "<script>\x00\u2028</script>"},
    ]
    file = tmp_path / "said.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    table = camscan("identify", str(file), "--format", "table")
    assert table.code == 0, table.err
    assert "=2+5" in table.out.decode()
    assert harmful(table.out.decode()) == set()
    sheet = camscan("identify", str(file), "--format", "csv")
    assert sheet.code == 0, sheet.err
    rows = list(csv.reader(io.StringIO(sheet.out.decode(), newline="")))
    cells = [cell for row in rows for cell in row]
    assert any("=2+5" in cell for cell in cells)
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == []
    assert set().union(*map(harmful, cells)) == set()
