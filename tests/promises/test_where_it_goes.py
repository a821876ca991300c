"""Promise 2: nothing leaves for an address that is not in scope, whoever names it."""

from __future__ import annotations

import ipaddress
import json

import pytest

GROUPS = {
    "239.255.255.250", "239.255.255.251", "224.0.0.251", "233.89.188.1", "234.55.55.55",
    "ff02::c", "ff02::fb", "255.255.255.255",
}  # fmt: skip
WEB = "80,8080"


def in_scope(campaign, address):
    own = ipaddress.ip_address(address)
    return address != campaign.excluded and any(
        own in ipaddress.ip_network(text) for text in campaign.targets
    )


@pytest.mark.root
def test_every_packet_goes_to_an_address_in_scope_or_to_a_permitted_group(campaign):
    # Redirects, meta refreshes, scripts, icons, XAddrs and answers from strangers all named
    # others; a default route and a listening stranger were there to take the packets.
    targets = {p.target for p in campaign.left if p.kind in ("tcp", "udp", "icmp")}
    assert len(targets) > 100
    permitted = GROUPS | {f"{campaign.base}.0.255"}  # the broadcast of the subnet in scope
    strays = {t for t in targets if t not in permitted and not in_scope(campaign, t)}
    assert strays == set()


@pytest.mark.root
def test_address_resolution_asks_for_addresses_in_scope_only(campaign):
    asked = {p.target for p in campaign.left if p.kind == "arp"}
    assert len(asked) > 200
    assert all(in_scope(campaign, target) for target in asked)


@pytest.mark.root
def test_the_lures_were_there(campaign):
    evidence = campaign.device(campaign.lure)["evidence"]
    said = {item["field"]: "" for item in evidence}
    for item in evidence:
        said[item["field"]] += f"{item['value']}\n"
    assert campaign.stranger in said["http.location"]
    assert campaign.stranger in said["wsd.xaddr"]
    assert campaign.excluded in said["wsd.xaddr"]
    assert "camera.example.invalid" in said["wsd.xaddr"]


@pytest.mark.root
def test_proxies_of_the_environment_are_ignored(campaign):
    # Every proxy variable, in both spellings, named this one.
    assert [p for p in campaign.left if (p.target, p.dport) == (campaign.stranger, 3128)] == []
    assert [one for one in campaign.connections if one.sent.startswith(b"CONNECT")] == []


@pytest.mark.root
def test_what_an_excluded_host_would_have_said_is_not_in_the_run(campaign):
    held = {a for device in campaign.run["devices"] for a in device["addresses"]}
    assert campaign.excluded not in held
    assert campaign.excluded in json.dumps(campaign.run["run"]["scope"]["exclude"])
    heard = {address for address, _, _ in campaign.heard}
    assert heard
    assert heard.isdisjoint({campaign.excluded, campaign.stranger})


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "no target"),
        (("127.0.0.1", "--exclude", "127.0.0.0/8"), "excluded"),
        (("8.8.8.8",), "--allow-public"),
        (("10.0.0.1", "9.9.9.0/24"), "--allow-public"),
        (("8.8.8.8", "--allow-public"), "authori"),
    ],
    ids=["no target", "all excluded", "public", "partly public", "public without authority"],
)
def test_a_scope_that_is_empty_or_public_is_refused(camscan, arguments, word):
    done = camscan("scan", *arguments)
    assert done.code == 2
    assert word in done.err
    assert done.out == b""


@pytest.fixture
def two_wires(namespaces, wire):
    """A scanner on 10.71.0.0/24 by `in0` and on 10.72.0.0/24 by `out0`; somebody on each."""
    near, far = namespaces.add("near"), namespaces.add("far")
    namespaces.wire(near, "in0", "10.71.0.1", far, "10.71.0.2")
    namespaces.wire(near, "out0", "10.72.0.1", far, "10.72.0.2")
    wire.ip("-n", near, "route", "add", "default", "via", "10.72.0.2")
    wire.settled(near)
    return near


def scan_there(camscan, wire, namespace, *arguments):
    with wire.capture(namespace) as seen:
        done = camscan(
            "scan", *arguments, "--ports", WEB, "-o", "json:-",
            prefix=("ip", "netns", "exec", namespace),
        )  # fmt: skip
    assert done.code == 0, done.err
    return seen.left, json.loads(done.out)


@pytest.mark.root
def test_multicast_leaves_only_where_the_whole_subnet_is_in_scope(camscan, wire, two_wires):
    left, run = scan_there(camscan, wire, two_wires, "10.71.0.0/24", "10.72.0.0/25")
    multicast = [p for p in left if p.target in GROUPS]
    assert {p.interface for p in multicast} == {"in0"}
    assert {p.target for p in multicast} == GROUPS
    assert run["run"]["scope"]["interfaces"] == ["in0"]
    assert set(run["run"]["scope"]["groups"]) == GROUPS
    (skip, *_) = [s for s in run["coverage"]["skips"] if s["subject"] == "out0"]
    assert "10.72.0.0/24" in skip["reason"]
    # The half that is in scope is asked one by one instead, the other half not at all.
    asked = {p.target for p in left if p.kind == "udp" and p.interface == "out0"}
    assert asked
    assert asked <= {f"10.72.0.{host}" for host in range(128)}
    tried = {p.target for p in left if p.kind in ("arp", "tcp") and p.interface == "out0"}
    assert max(int(t.rpartition(".")[2]) for t in tried) < 128


@pytest.mark.root
def test_one_excluded_address_keeps_multicast_off_its_link(camscan, wire, two_wires):
    left, run = scan_there(camscan, wire, two_wires, "10.71.0.0/24", "--exclude", "10.71.0.77")
    assert [p for p in left if p.target in GROUPS] == []
    assert not any("10.71.0.77" in (p.target, p.source) for p in left)
    assert run["run"]["scope"]["groups"] == []
    assert any(s["subject"] == "in0" for s in run["coverage"]["skips"])
    unicast = [p for p in left if p.kind == "udp"]
    assert {p.target for p in unicast} >= {"10.71.0.2"}


@pytest.mark.root
def test_public_targets_are_refused_before_any_packet(camscan, wire, two_wires):
    with wire.capture(two_wires) as seen:
        done = camscan("scan", "93.184.215.14", prefix=("ip", "netns", "exec", two_wires))
    assert done.code == 2
    assert [p for p in seen.left if p.kind not in ("arp", "icmp6")] == []
