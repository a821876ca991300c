"""Which devices, findings and records stand in a PDF."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from bench.estate_run import estate_run
from camscan.egress.event import device_name
from camscan.model.device import Device, EvidenceRecord
from camscan.model.finding import Finding, Severity
from camscan.model.run import Run
from camscan.report.html.groups import groups
from camscan.report.pdf import choice as module
from camscan.report.pdf.choice import Choice, choice

AT = datetime(2026, 11, 24, 2, 13, tzinfo=UTC)


def chosen(run: Run) -> Choice:
    return choice(run, groups(run))


def finding(device: Device, severity: Severity, advice: str, title: str) -> Finding:
    return Finding(
        id=f"f-{device.id}-{title}", rule="listed-maker", severity=severity, title=title,
        device=device.id, detail="d", advice=advice,
    )  # fmt: skip


def test_a_small_run_is_there_whole(sample_run: Run) -> None:
    found = chosen(sample_run)
    assert [row.device for row in found.rows] == list(sample_run.devices)
    assert (found.rows_left_out, found.entries_left_out) == (0, 0)
    camera = found.entries[0]
    assert camera.device == sample_run.devices[0]
    assert ("maker", "Hikvision", "confirmed") in camera.claims
    assert found.places[camera.device.id] == 0


def test_of_many_the_grave_and_the_counted_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 30)
    monkeypatch.setattr(module, "MOST_ENTRIES", 12)
    run = estate_run(200, 0)
    found = chosen(run)
    grave = {one.device for one in run.findings}
    assert len(grave) == 20
    assert grave <= {row.device.id for row in found.rows}
    assert {entry.device.id for entry in found.entries} <= grave
    assert (len(found.rows), found.rows_left_out) == (30, 170)
    assert (len(found.entries), found.entries_left_out) == (12, 188)
    order = [device.id for device in run.devices]
    places = [order.index(row.device.id) for row in found.rows]
    assert places == sorted(places), "in the order of the run"


def test_grave_findings_are_whole_others_one_for_each_advice() -> None:
    run = estate_run(40, 0)
    low = tuple(
        finding(device, Severity.LOW, f"advice {place % 2}", f"title {place % 4}")
        for place, device in enumerate(run.devices)
    )
    high = tuple(finding(device, Severity.HIGH, "act", "grave") for device in run.devices[:5])
    grave, other = chosen(replace(run, findings=(*low, *high))).told
    assert len(grave.whole) == 5
    assert grave.also == ()
    assert [one.advice for one in other.whole] == ["advice 0", "advice 1"]
    assert [what for what, _ in other.also] == ["title 2", "title 3", "title 0", "title 1"]


def test_devices_of_one_saying_stand_together(sample_run: Run) -> None:
    camera = sample_run.devices[0]
    devices = tuple(
        replace(camera, id=f"d{place}", addresses=(f"10.9.0.{place}",)) for place in range(1, 5)
    )
    said = "is made by a company that 2 lists name"
    low = tuple(
        finding(d, Severity.LOW, "a", f"{device_name(d, d.addresses[0])} {said}") for d in devices
    )
    (told,) = chosen(replace(sample_run, devices=devices, findings=low)).told
    assert told.also == ((said, ("10.9.0.2", "10.9.0.3", "10.9.0.4")),)


def test_what_finds_no_room_is_counted(sample_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_SAYINGS", 3)
    camera = sample_run.devices[0]
    many = tuple(finding(camera, Severity.LOW, "a", f"title {place}") for place in range(10))
    (told,) = chosen(replace(sample_run, findings=many)).told
    assert (len(told.whole), len(told.also), told.more) == (1, 3, 6)


def test_records_that_claims_rest_on_come_first_each_value_once(sample_run: Run) -> None:
    camera = sample_run.devices[0]
    assert camera.maker is not None
    fields = ["http.body", *["http.server"] * 3, *(f"onvif.field-{n}" for n in range(12))]
    records = tuple(
        EvidenceRecord(id=f"e{place}", field=field, value=field, method="http", port=80, at=AT)
        for place, field in enumerate(fields)
    )
    maker = replace(camera.maker, evidence=("e15",))
    camera = replace(
        camera, class_=None, maker=maker, brand=None, model=None, firmware=None, platform=None,
        evidence=records,
    )  # fmt: skip
    finding_of_it = replace(sample_run.findings[0], device=camera.id)
    entry = chosen(replace(sample_run, devices=(camera,), findings=(finding_of_it,))).entries[0]
    ((question, kept),) = entry.evidence
    assert question == "http 80, 2026-11-24 02:13 UTC"
    assert kept[0].id == "e15"
    assert len(kept) == 10
    assert len({record.value for record in kept}) == 10
    assert "http.body" not in {record.field for record in kept}
    assert entry.more == 6
