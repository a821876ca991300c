"""What tells whose a run is."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from camscan.model.run import MergedRun, Run
from camscan.report.identifying import (
    is_own_name,
    network_order,
    networks_of,
    sites_of,
    words_of,
)
from camscan.report.peers import PeerLabels, peers_of
from camscan.report.scrub import FIRMWARE, NAME


def words(run: Run) -> dict[str, str]:
    labels = {device.id: f"device-{n}" for n, device in enumerate(run.devices, 1)}
    return words_of(run, labels, {"Town": "site-1"}, PeerLabels(peers_of(()), {}))


def test_a_mac_is_known_however_it_is_written(private_run: Run) -> None:
    known = words(private_run)
    for text in ("c0:56:e3:00:00:09", "c056e3000009", "c0-56-e3-00-00-09", "c056.e300.0009"):
        assert known[text] == "device-1"


def test_a_file_is_known_by_its_path_and_its_name(private_run: Run) -> None:
    scope = replace(private_run.run.scope, sources=(r"C:\office\leases.csv", "/srv/border.pcap"))
    run = replace(private_run, run=replace(private_run.run, scope=scope))
    known = words(run)
    for text in (r"C:\office\leases.csv", "leases.csv", "/srv/border.pcap", "border.pcap"):
        assert known[text] == "(file)"


def test_who_made_a_device_is_nobodys_name(private_run: Run) -> None:
    device = private_run.devices[0]
    assert device.maker is not None
    record = replace(device.evidence[0], field="onvif.hostname", value=device.maker.name.upper())
    named = replace(record, value="lobby-cam7")
    evidence = (*device.evidence, record, named)
    run = replace(private_run, devices=(replace(device, evidence=evidence),))
    known = words(run)
    assert record.value not in known
    assert known["lobby-cam7"] == "device-1"


def test_a_name_that_two_devices_have_is_neithers(private_run: Run) -> None:
    first, second = private_run.devices[:2]
    record = replace(first.evidence[0], field="dhcp.hostname", value="spare-cam1")
    run = replace(
        private_run,
        devices=(replace(first, evidence=(record,)), replace(second, evidence=(record,))),
    )
    assert words(run)["spare-cam1"] == NAME


def test_firmware_is_hidden_by_its_numbers(private_run: Run) -> None:
    firmware = private_run.devices[0].firmware
    assert firmware is not None
    assert words(private_run)[firmware.value] == FIRMWARE


def test_sites_and_networks_of_every_part(sample_run: Run) -> None:
    info = replace(
        sample_run.run, site="North", scope=replace(sample_run.run.scope, targets=("x",))
    )
    merged = replace(sample_run, merged=(MergedRun(run=info, coverage=sample_run.coverage),))
    assert sites_of(merged) >= {"North", "Town"}
    assert networks_of(merged) >= {"x", "10.1.0.0/24", "10.1.0.0/23"}
    assert sorted(["10.2.0.0/24", "10.1.0.0/24", "10.1.0.0/23"], key=network_order) == [
        "10.1.0.0/23", "10.1.0.0/24", "10.2.0.0/24",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "own"),
    [("nvr", True), ("files.town.lan", True), ("a.Local.", True), ("a.example.org", False)],
)
def test_names_that_only_the_network_knows(name: str, own: bool) -> None:
    assert is_own_name(name) is own
