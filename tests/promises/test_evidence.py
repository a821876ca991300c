"""Promise 5: every claim carries its evidence, its band and the date of the data."""

from __future__ import annotations

import datetime
import json

import pytest

pytestmark = pytest.mark.root


def test_the_run_keeps_its_contract(campaign, check_run):
    check_run(campaign.run)


def test_every_reported_device_line_is_a_device_of_the_run(campaign):
    lines = (campaign.folder / "run.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == campaign.run["devices"]


def test_claims_of_every_kind_were_made_and_checked(campaign):
    devices = campaign.run["devices"]
    for name in ("class", "maker", "brand", "model", "firmware"):
        assert sum(device[name] is not None for device in devices) >= 3, name
    bands = {d[n]["band"] for d in devices for n in ("class", "maker", "model") if d[n]}
    assert bands == {"confirmed", "probable", "possible"}


def test_every_claim_rests_on_what_that_device_said(campaign):
    for device in campaign.run["devices"]:
        for item in device["evidence"]:
            assert item["address"] in device["addresses"]
            assert item["method"]
            assert item["at"].endswith("Z")


def test_a_camera_that_tells_nothing_has_no_maker(campaign):
    (address,) = campaign.addresses("unknown-631ga")
    device = campaign.device(address)
    assert (device["maker"], device["brand"]) == (None, None)


def test_what_gave_no_evidence_is_claimed_to_be_nothing(campaign):
    silent = [device for device in campaign.run["devices"] if not device["evidence"]]
    assert silent
    for device in silent:
        claims = [device[n] for n in ("class", "maker", "brand", "model", "firmware", "serial")]
        assert claims == [None] * 6


def test_the_run_says_by_which_data_and_by_whose_leave(campaign):
    data = campaign.run["tool"]["data"]
    assert datetime.date.fromisoformat(data["date"]) >= datetime.date(2026, 1, 1)
    assert campaign.run["run"]["authorised_by"]["name"] == "promise tests"


def test_a_silent_subnet_is_not_reached_and_never_zero_cameras(campaign):
    subnets = {one["cidr"]: one for one in campaign.run["coverage"]["subnets"]}
    dark = subnets[f"{campaign.base}.2.0/24"]
    assert (dark["state"], dark["answered"], dark["site"]) == ("not-reached", 0, "dark")
    assert dark["reason"]
    assert f"{campaign.base}.2.0/24" in campaign.done.out.decode()
    assert "not reached" in campaign.done.out.decode().lower()


def test_each_contact_is_on_record(campaign):
    # What is on the wire is in the journal: time, address, port, query.
    first = campaign.contacts[0]
    assert list(first) == ["at", "address", "port", "transport", "query"]
    told = {(row["address"].partition("%")[0], int(row["port"])) for row in campaign.contacts}
    met = {(one.target, one.port) for one in campaign.connections}
    met |= {(packet.target, packet.dport) for packet in campaign.left if packet.kind == "udp"}
    assert len(met) > 1000
    assert met <= told
