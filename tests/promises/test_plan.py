"""`scan --plan` sends nothing (the campaign checks it) and counts what the scan then sends."""

from __future__ import annotations

import json
from collections import Counter

import pytest

pytestmark = pytest.mark.root

GROUPS = {
    "239.255.255.250", "239.255.255.251", "224.0.0.251", "233.89.188.1", "234.55.55.55",
    "ff02::c", "ff02::fb", "255.255.255.255",
}  # fmt: skip
SUBNET = {"10.66.0.255"}


@pytest.fixture
def plan(campaign):
    return json.loads(campaign.plan.out)


SWEEPS = ("tcp connect", "tcp syn")
AGAIN = 1300
"""SYNs of a raw sweep that are repeated to measure loss where none shows."""


def test_the_plan_counts_the_sweep(campaign, plan):
    """By raw SYNs each routed pair once; on the link those of addresses that have a MAC."""
    assert plan["sweep"] == "tcp-syn"
    assert plan["tcp_connections"] == plan["addresses"] * len(plan["ports"]) > 4000
    told = [row for row in campaign.contacts if row["query"] in SWEEPS]
    pairs = {(row["address"], row["port"]) for row in told}
    near = f"{campaign.base}.0."
    routed = {pair for pair in pairs if not pair[0].startswith(near)}
    assert len(routed) == (plan["addresses"] - plan["on_link"]) * len(plan["ports"])
    linked = {address for address, _ in pairs if address.startswith(near)}
    assert {a for a in campaign.lab.truth if a.startswith(near)} <= linked
    assert len(linked) < plan["on_link"]
    assert len(told) - len(pairs) <= AGAIN


def test_contacts_are_the_syns_on_the_wire(campaign):
    """Routed addresses, silent and answering alike: a contact for each SYN."""
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
    """And of those a fair sample once more, to measure loss."""
    dark = [c for c in campaign.connections if c.target.startswith(f"{campaign.base}.2.")]
    syns = Counter()
    for one in dark:
        syns[one.target, one.port] += one.syns
    assert len(syns) == 30 * len(plan["ports"])
    assert set(syns.values()) <= {1, 2}
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
    """Discovery exactly; and to each host found behind the router what `each_host` says."""
    told = [row for row in campaign.contacts if row["transport"] == "udp"]
    sent = [p for p in campaign.left if p.kind == "udp"]
    assert len(sent) == len(told)
    planned = Counter()
    for payload in plan["payloads"]:
        if payload["transport"] == "udp":
            planned[payload["name"]] += payload["packets"]
    assert planned.total() == plan["udp_packets"]
    far = f"{campaign.base}.1."
    hosts = {row["address"] for row in told if row["query"] == "ubnt v1"} - GROUPS - SUBNET
    assert hosts == {
        address
        for device in campaign.run["devices"]
        for address in device["addresses"]
        if address.startswith(far) and device["ports"]
    }
    most: Counter[str] = Counter()
    for payload in plan["each_host"]:
        again = "if it has not answered" in payload["destination"]
        (most if again else planned)[payload["name"]] += payload["packets"] * len(hosts)
    asked = Counter(row["query"] for row in told)
    assert not planned - asked
    assert not asked - planned - most
    assert asked - planned, "silent hosts are asked again"
    sizes = {p["size"] for p in [*plan["payloads"], *plan["each_host"]] if p["transport"] == "udp"}
    assert {len(p.payload) for p in sent} == sizes


def test_a_link_gets_each_message_three_times(campaign, plan):
    sent = [p for p in campaign.left if p.kind == "udp" and p.target in GROUPS | SUBNET]
    shots = [p for p in plan["payloads"] if " by " in p["destination"]]
    assert len(sent) == sum(p["packets"] for p in shots) == 141
    assert {p["packets"] for p in shots} == {3}
    assert {p.target for p in sent} == GROUPS | SUBNET


def test_the_plan_names_the_interfaces_that_were_used(campaign, plan):
    used = {one["name"] for one in plan["interfaces"] if one["used"]}
    assert used == {p.interface for p in campaign.left if p.target == "239.255.255.250"} == {"lab0"}
    assert plan["exclude"] == [campaign.excluded]
    assert plan["targets"] == campaign.run["run"]["scope"]["targets"]


def test_the_time_of_the_plan_is_about_the_time_of_the_sweep(campaign, plan):
    swept = [one.at for one in campaign.connections if not one.sent]
    assert plan["seconds"] * 0.7 < max(swept) - min(swept) < plan["seconds"] * 2 + 3


def test_the_plan_can_be_read_and_signed(camscan):
    done = camscan("scan", "--plan", "127.0.0.1", "--ports", "80")
    assert done.code == 0
    text = done.out.decode()
    assert "nothing has been sent" in text
    assert "1 connection attempts and 3 UDP packets" in text
    assert "Agreed" in text


ROUTED = ("10.75.0.0/24", "10.76.0.0/24", "--ports", "80,554,37777")


@pytest.fixture
def firewalled(namespaces, wire):
    """A scanner whose targets lie behind a router that drops every packet."""
    near, far = namespaces.add("near"), namespaces.add("far")
    namespaces.wire(near, "up0", "10.74.0.1", far, "10.74.0.2")
    for network in ("10.75.0.0/24", "10.76.0.0/24"):
        wire.ip("-n", near, "route", "add", network, "via", "10.74.0.2")
        wire.ip("-n", far, "route", "add", "blackhole", network)
    wire.settled(near)
    return near


def most_within_a_second(times):
    ordered = sorted(times)
    first = most = 0
    for last, at in enumerate(ordered):
        while ordered[first] <= at - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


def test_where_nobody_answers_the_wire_holds_exactly_the_plan(camscan, wire, firewalled):
    there = ("ip", "netns", "exec", firewalled)
    planned = camscan("scan", "--plan", "--format", "json", *ROUTED, prefix=there)
    plan = json.loads(planned.out)
    with wire.capture(firewalled) as seen:
        done = camscan("scan", *ROUTED, "-o", "json:-", prefix=there)
    assert done.code == 0, done.err
    syns = [p for p in seen.left if p.kind == "tcp"]
    datagrams = [p for p in seen.left if p.kind == "udp"]
    assert plan["tcp_connections"] == 2 * 254 * 3 <= len(syns) <= 2 * 254 * 3 + AGAIN
    assert {p.flags for p in syns} == {wire.SYN}
    assert len(datagrams) == plan["udp_packets"] == 3 * 2 * 254
    assert {(p.target, p.dport) for p in syns} == {
        (f"{network}.0.{host}", port)
        for network in ("10.75", "10.76")
        for host in range(1, 255)
        for port in (80, 554, 37777)
    }
    # The profile `normal` over routers, with what a waking program may make up for.
    assert most_within_a_second(p.at for p in syns) <= 500 * 1.06 + 2
    assert most_within_a_second(p.at for p in datagrams) <= 200 * 1.04
    run = json.loads(done.out)
    assert {one["state"] for one in run["coverage"]["subnets"]} == {"not-reached"}
    assert run["devices"] == []
