"""JSON against its schema."""

from __future__ import annotations

import json

import jsonschema
import msgspec

from camscan.inventory.store import decode_run
from camscan.model.run import Run
from camscan.report import json as report
from camscan.report.interface import ReportInput


def test_round_trip_and_schema(sample_run: Run) -> None:
    data = report.render(ReportInput(run=sample_run))
    assert decode_run(data, "x") == sample_run
    schema = msgspec.json.schema(Run)
    jsonschema.Draft202012Validator(schema).validate(json.loads(data))


def test_contract_of_names(sample_run: Run) -> None:
    document = json.loads(report.render(ReportInput(run=sample_run)))
    assert document["schema"] == "camscan.run/1"
    assert set(document) == {
        "schema",
        "tool",
        "run",
        "coverage",
        "devices",
        "conversations",
        "findings",
    }
    device = document["devices"][0]
    assert {
        "id",
        "addresses",
        "mac",
        "site",
        "class",
        "maker",
        "brand",
        "platform",
        "model",
        "firmware",
        "serial",
        "ports",
        "evidence",
        "alternatives",
        "channels",
    } == set(device)
    assert {"id", "name", "country", "band", "evidence", "rivals"} <= set(device["maker"])
    assert {"value", "version", "build", "band"} <= set(device["firmware"])
    assert document["devices"][2]["maker"] is None
    assert document["devices"][2]["evidence"] == []
    assert {"targets", "answered", "methods", "skips", "subnets"} == set(document["coverage"])
