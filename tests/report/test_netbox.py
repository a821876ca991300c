"""Import files for NetBox."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile

from msgspec.structs import replace

from camscan.model.run import Run
from camscan.report import netbox
from camscan.report.interface import ReportInput


def files(run: Run) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(netbox.render(ReportInput(run=run)))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def rows(run: Run, file: str) -> list[dict[str, str]]:
    found = list(csv.DictReader(io.StringIO(files(run)[file], newline=""), strict=True))
    for row in found:
        assert tuple(row) == netbox.HEADERS[file]
    return found


def types(run: Run) -> list[dict[str, object]]:
    documents = files(run)[netbox.TYPES].split("---\n")[1:]
    return [json.loads(document) for document in documents]


def test_files_are_numbered_in_the_order_of_import(sample_run: Run) -> None:
    assert list(files(sample_run)) == sorted([*netbox.HEADERS, netbox.TYPES])


def test_every_reference_is_to_what_an_earlier_file_makes(sample_run: Run) -> None:
    sites = {row["name"] for row in rows(sample_run, "1-sites.csv")}
    makers = {row["name"] for row in rows(sample_run, "2-manufacturers.csv")}
    models = {(one["manufacturer"], one["model"]) for one in types(sample_run)}
    roles = {row["name"] for row in rows(sample_run, "4-device-roles.csv")}
    devices = rows(sample_run, "5-devices.csv")
    assert [row["name"] for row in devices] == ["camera-10.1.0.9", "recorder-10.1.0.10"], (
        "what may be a camera is left out"
    )
    for row in devices:
        assert row["site"] in sites
        assert row["role"] in roles
        assert row["manufacturer"] in makers
        assert (row["manufacturer"], row["device_type"]) in models
    names = {row["name"] for row in devices}
    interfaces = {(row["device"], row["name"]) for row in rows(sample_run, "6-interfaces.csv")}
    assert {device for device, _ in interfaces} == names
    for file in ("7-mac-addresses.csv", "8-ip-addresses.csv"):
        for row in rows(sample_run, file):
            assert (row["device"], row["interface"]) in interfaces


def test_addresses_have_the_length_of_their_subnet(sample_run: Run) -> None:
    found = rows(sample_run, "8-ip-addresses.csv")
    assert [(row["address"], row["is_primary"]) for row in found] == [
        ("10.1.0.9/24", "true"),
        ("fd00::9/128", "true"),
        ("10.1.0.10/24", "true"),
    ]
    (mac,) = rows(sample_run, "7-mac-addresses.csv")
    assert mac["mac_address"] == "c0:56:e3:00:00:09"


def test_slugs_are_unique_and_take_what_netbox_takes(sample_run: Run) -> None:
    camera = sample_run.devices[0]
    run = replace(
        sample_run,
        devices=tuple(
            replace(camera, id=f"d{number}", site=site, addresses=())
            for number, site in enumerate(("Ripon", "RIPON", "Ωmega", "—"))
        ),
    )
    slugs = [row["slug"] for row in rows(run, "1-sites.csv")]
    assert slugs == ["ripon", "ripon-2", "mega", "unnamed"]
    for slug in [*slugs, *(str(one["slug"]) for one in types(sample_run))]:
        assert re.fullmatch(r"[-a-zA-Z0-9_]{1,100}", slug)


def test_hostile_text_is_bounded_and_no_formula(hostile_run: Run) -> None:
    limits = {"name": 100, "serial": 50, "description": 200, "device_type": 100, "site": 100}
    for file in netbox.HEADERS:
        for row in rows(hostile_run, file):
            for column, cell in row.items():
                assert cell[:1] not in tuple("=+-@\t\r")
                assert len(cell) <= limits.get(column, 200)
    assert {str(one["model"]) for one in types(hostile_run)} >= {
        row["device_type"] for row in rows(hostile_run, "5-devices.csv")
    }


def test_equal_runs_give_equal_archives(sample_run: Run) -> None:
    source = ReportInput(run=sample_run)
    assert netbox.render(source) == netbox.render(source)


def test_nothing_to_import(sample_run: Run) -> None:
    empty = files(replace(sample_run, devices=()))
    assert empty["5-devices.csv"].count("\r\n") == 1
    assert empty[netbox.TYPES] == ""
