"""Changes as people and programs read them."""

import json

import pytest

from camscan.findings.difference import Change, ChangeKind, Difference, Side
from camscan.model.finding import Severity
from camscan.report.difference import FORMATS, Look, render, summary
from tests.conftest import NOW

SIDE = Side(id="r1", started=NOW, ended=NOW, status="complete", devices=3)
EVERY = tuple(
    Change(
        kind=kind,
        name=f"camera {kind}",
        device="d1",
        site="Town|",
        was="5.5.0",
        now="5.4.5",
        severity=Severity.HIGH,
        detail="why \x1b[31m",
    )
    for kind in ChangeKind
)
FOUND = Difference(before=SIDE, after=SIDE, changes=EVERY)


@pytest.mark.parametrize("form", FORMATS)
def test_every_kind_in_every_format(form):
    text = render(FOUND, form, Look()).decode()
    for kind in ChangeKind:
        assert f"camera {kind}" in text
    assert "\x1b" not in text


def test_json():
    document = json.loads(render(FOUND, "json", Look()))
    assert document["schema"] == "camscan.diff/1"
    assert [one["kind"] for one in document["changes"]] == [kind.value for kind in ChangeKind]
    lines = render(FOUND, "jsonl", Look()).splitlines()
    assert [json.loads(line) for line in lines] == document["changes"]


def test_markdown_escapes():
    assert "Town\\|" in render(FOUND, "markdown", Look()).decode()


def test_the_summary():
    nothing = Difference(before=SIDE, after=SIDE, changes=())
    assert summary(nothing).endswith("nothing changed.")
    assert summary(FOUND).startswith("r1 (2026-11-24 02:13 UTC, complete, 3 devices) → r1")
    assert "1 new, 1 gone, 1 moved" in summary(FOUND)


def test_many_rows_are_cut_and_counted():
    many = Difference(before=SIDE, after=SIDE, changes=EVERY[:1] * 501)
    assert "… and 1 more" in render(many, "table", Look(width=80)).decode()
    assert "… and 1 more" in render(many, "markdown", Look()).decode()
    assert render(many, "jsonl", Look()).count(b"\n") == 501


def test_colour_only_where_it_is_asked_for():
    assert "\x1b" in render(FOUND, "table", Look(color=True)).decode()
