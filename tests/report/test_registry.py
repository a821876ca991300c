"""Formats by name."""

from __future__ import annotations

import re

import msgspec
import pytest

from camscan.errors import UsageError
from camscan.inventory.streamed import checked
from camscan.model.run import Run
from camscan.report.conversations import listed
from camscan.report.interface import ReportInput
from camscan.report.registry import FORMATS, asked_ahead, report
from tests.report.conftest import readable, require_pdf


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_keeps_the_interface(name: str, sample_run: Run) -> None:
    if name == "pdf":
        require_pdf()
    found = report(name)
    assert found.name == name
    assert found.summary
    assert found.render(ReportInput(run=sample_run, contacts=()))


def test_what_formats_ask_of_all_conversations() -> None:
    assert asked_ahead(["csv", "csv-bom", "foi"]) == ()
    table, json = asked_ahead(["table", "csv", "json", "table"])
    assert (table, json) == (listed, checked)


def test_an_unknown_format_names_the_known() -> None:
    with pytest.raises(UsageError, match="table, json"):
        report("fax")


FORBIDDEN = ("compliant", "safe", "banned in the uk", "vulnerable", "backdoor", "spyware")


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_claims_what_a_scan_cannot_know(name: str, sample_run: Run) -> None:
    for run in (sample_run, msgspec.structs.replace(sample_run, devices=(), findings=())):
        text = readable(name, ReportInput(run=run, contacts=(), per_site=True)).lower()
        assert not [word for word in FORBIDDEN if re.search(rf"\b{word}\b", text)]


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "contacts"])
def test_hostile_text_breaks_no_format(name: str, hostile_run: Run) -> None:
    text = readable(name, ReportInput(run=hostile_run, per_site=True))
    assert text
    if name not in {"netbox", "json", "jsonl"}:
        assert "\x1b" not in text
        assert "\x00" not in text
        assert "\u202e" not in text
