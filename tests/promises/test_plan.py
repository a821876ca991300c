"""`scan --plan` sends nothing (the campaign checks it) and counts what the scan then sends."""

from __future__ import annotations

import json
from collections import Counter

import pytest

pytestmark = pytest.mark.root


@pytest.fixture
def plan(campaign):
    return json.loads(campaign.plan.out)


def test_the_plan_counts_the_sweep(campaign, plan):
    swept = [row for row in campaign.contacts if row["query"] == "tcp connect"]
    assert plan["tcp_connections"] == plan["addresses"] * len(plan["ports"]) > 4000
    assert len(swept) == plan["tcp_connections"]
    assert len({(row["address"], row["port"]) for row in swept}) == len(swept), "each once"


def test_contacts_are_the_syns_on_the_wire(campaign):
    """Routed addresses, silent and answering alike: one contact, one SYN, no repeat."""
    near = f"{campaign.base}.0."
    told = Counter(
        (row["address"], int(row["port"]))
        for row in campaign.contacts
        if row["transport"] == "tcp" and not row["address"].startswith(near)
    )
    syns = Counter()
    for one in campaign.connections:
        if not one.target.startswith(near):
            syns[one.target, one.port] += one.syns
    assert syns == told


def test_a_silent_subnet_gets_one_syn_for_each_address_and_port(campaign, plan):
    dark = [c for c in campaign.connections if c.target.startswith(f"{campaign.base}.2.")]
    assert len(dark) == 30 * len(plan["ports"])
    assert {one.syns for one in dark} == {1}
    assert not any(one.opened for one in dark)


def test_on_link_only_neighbours_get_a_syn(campaign):
    near = f"{campaign.base}.0."
    told = Counter(
        (row["address"], int(row["port"]))
        for row in campaign.contacts
        if row["transport"] == "tcp" and row["address"].startswith(near)
    )
    syns = Counter()
    for one in campaign.connections:
        if one.target.startswith(near):
            syns[one.target, one.port] += one.syns
    neighbours = {a for a in campaign.lab.truth if a.startswith(near)}
    assert neighbours <= {address for address, _ in syns}
    for pair, number in told.items():
        assert syns[pair] == (number if pair[0] in neighbours else syns[pair] and number), pair


def test_the_plan_counts_the_datagrams(campaign, plan):
    sent = [p for p in campaign.left if p.kind == "udp"]
    assert len(sent) == plan["udp_packets"]
    multicast = sum(p["packets"] for p in plan["payloads"] if " by " in p["destination"])
    assert sum(p.target in ("239.255.255.250", "ff02::c") for p in sent) == multicast == 18
    sizes = {p["size"] for p in plan["payloads"] if p["transport"] == "udp"}
    assert {len(p.payload) for p in sent} == sizes


def test_the_plan_names_the_interfaces_that_were_used(campaign, plan):
    used = {one["name"] for one in plan["interfaces"] if one["used"]}
    assert used == {p.interface for p in campaign.left if p.target == "239.255.255.250"} == {"lab0"}
    assert plan["exclude"] == [campaign.excluded]
    assert plan["targets"] == campaign.run["run"]["scope"]["targets"]


def test_the_time_of_the_plan_is_about_the_time_of_the_sweep(campaign, plan):
    swept = [one.at for one in campaign.connections if not one.sent]
    assert plan["seconds"] * 0.7 < max(swept) - min(swept) < plan["seconds"] * 1.5 + 2


def test_the_plan_can_be_read_and_signed(camscan):
    done = camscan("scan", "--plan", "127.0.0.1", "--ports", "80")
    assert done.code == 0
    text = done.out.decode()
    assert "nothing has been sent" in text
    assert "1 connection attempts and 1 UDP packets" in text
    assert "Agreed" in text
