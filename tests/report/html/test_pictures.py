"""The charts of a run."""

from __future__ import annotations

import msgspec

from camscan.model.run import Run
from camscan.report.charts.flow import egress_bands
from camscan.report.html.groups import groups
from camscan.report.html.pictures import Pictures, pictures


def of(run: Run) -> Pictures:
    return pictures(run, egress_bands(run), groups(run))


def test_a_picture_for_all_that_there_is(sample_run: Run) -> None:
    drawn = of(sample_run)
    assert "Hikvision 1" in drawn.makers
    assert "Cameras 1" in drawn.classes
    assert "unexpected" in drawn.flow
    assert not drawn.lists, "no finding speaks of a list"


def test_no_picture_of_nothing(sample_run: Run) -> None:
    empty = msgspec.structs.replace(sample_run, devices=(), conversations=(), findings=())
    assert not any((of(empty).makers, of(empty).classes, of(empty).flow, of(empty).lists))


def test_list_matches_have_one(sample_run: Run) -> None:
    finding = msgspec.structs.replace(sample_run.findings[0], rule="listed-maker", device="d")
    drawn = of(msgspec.structs.replace(sample_run, findings=(finding,)))
    assert "Listed maker 1" in drawn.lists
