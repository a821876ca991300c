"""`scan --plan` sends nothing, and counts exactly what the methods then send."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from msgspec.structs import replace

from camscan.discovery import plan as plan_module
from camscan.discovery.plan import estimate
from camscan.discovery.registry import LINK_INQUIRIES, UNICAST_INQUIRIES
from camscan.discovery.tcp_connect import TcpConnect
from camscan.net.interface import IfAddress, Interface, interfaces
from camscan.net.limits import SYN_SECONDS
from camscan.net.profile import PROFILES
from camscan.scope import build_scope

NORMAL = PROFILES["normal"]
QUICK = replace(PROFILES["thorough"], ask_seconds=0.2, listen_seconds=0.2)
LO = Interface(
    name="lo", index=1, addresses=(IfAddress("127.0.0.1", 8),), loopback=True, reason="loopback"
)
ETH0 = Interface(
    name="eth0", index=2, addresses=(IfAddress("10.1.2.3", 24), IfAddress("fe80::3", 64))
)

LINK4, LINK6 = 123, 18
"""Packets of one round of everything, three times, to a link of either IP version."""


def everything(ports):
    return [TcpConnect(ports), *(kind() for kind in (*LINK_INQUIRIES, *UNICAST_INQUIRIES))]


def test_routed_range():
    plan = estimate(build_scope(["10.9.0.0/16"]), (80, 554), NORMAL, (LO, ETH0))
    assert plan.addresses == 65534
    assert plan.on_link == 0
    assert plan.tcp_connections == 65534 * 2
    assert plan.udp_packets == 3 * 65534
    assert 3 * 65534 / 200 < plan.seconds < 3 * 65534 / 200 * 1.1
    assert [(p.name, p.packets) for p in plan.payloads if p.transport == "udp"] == [
        ("wsd probe NetworkVideoTransmitter", 65534),
        ("dhip search uni 1", 65534),
        ("sadp inquiry", 65534),
    ]
    assert {p.name: p.packets for p in plan.each_host} == dict.fromkeys(
        (
            "wsd probe Device", "ssdp search upnp:rootdevice IPv4", "mdns questions", "ubnt v1",
            "tdp short", "kasa get_sysinfo", "reolink search", "reolink C2D_S",
            "reolink C2D_S 2018",
            "wsd probe NetworkVideoTransmitter", "dhip search uni 1", "sadp inquiry",
        ),
        1,
    )  # fmt: skip
    (eth0,) = [one for one in plan.interfaces if one.name == "eth0"]
    assert not eth0.used
    assert "not wholly in scope" in eth0.reason


def test_on_link_subnet_is_asked_by_multicast():
    plan = estimate(build_scope(["10.1.2.0/24"]), (80,), NORMAL, (LO, ETH0))
    assert plan.on_link == plan.addresses == 254
    assert plan.udp_packets == LINK4 + LINK6  # IPv4, and IPv6 of the same link
    assert plan.each_host == ()
    (eth0,) = [one for one in plan.interfaces if one.name == "eth0"]
    assert eth0.used
    assert set(eth0.groups) == {
        "239.255.255.250", "239.255.255.251", "224.0.0.251", "233.89.188.1", "234.55.55.55",
        "255.255.255.255", "ff02::c", "ff02::fb",
    }  # fmt: skip
    assert plan.interfaces[0].reason == "loopback"


def test_partly_excluded_subnet_is_asked_one_by_one():
    plan = estimate(build_scope(["10.1.2.0/24"], ["10.1.2.9"]), (80,), NORMAL, (LO, ETH0))
    assert plan.addresses == 253
    assert plan.udp_packets == 3 * 253


def test_named_interface_may_multicast_all_the_same():
    scope = build_scope(["10.1.2.0/24"], ["10.1.2.9"])
    plan = estimate(scope, (80,), NORMAL, (LO, ETH0), allow_multicast=frozenset({"eth0"}))
    assert plan.udp_packets == LINK4 + LINK6


def test_by_connections_a_silent_host_takes_its_time_for_each_port(monkeypatch):
    monkeypatch.setattr(plan_module, "raw_lanes", lambda *_: "no right to raw sockets")
    plan = estimate(build_scope(["10.9.0.1"]), range(1, 17), NORMAL, (LO,))
    assert plan.seconds == pytest.approx(16 * SYN_SECONDS)
    loopback = estimate(build_scope(["127.78.5.1"]), range(1, 17), NORMAL, (LO,))
    assert loopback.seconds < 5
    monkeypatch.setattr(plan_module, "raw_lanes", lambda *_: object())
    raw = estimate(build_scope(["10.9.0.1"]), range(1, 17), NORMAL, (LO,))
    assert raw.seconds < 5, "a raw sweep waits for nobody"


def test_printer_ports_and_repeats_are_left_out():
    plan = estimate(build_scope(["10.1.2.0/30"]), (80, 80, 9100, 9107), NORMAL, ())
    assert plan.ports == (80,)
    assert plan.tcp_connections == 2


def test_a_sweep_without_privileges_says_why(monkeypatch):
    monkeypatch.setattr(plan_module, "raw_lanes", lambda *_: "no right to raw sockets")
    plan = estimate(build_scope(["10.9.0.0/30"]), (80,), NORMAL, (LO, ETH0))
    assert plan.sweep == "tcp-connect"
    assert plan.sweep_note == "by ordinary connections: no right to raw sockets"
    assert (plan.syns_at_most, plan.mac_questions_at_most) == (2, 0)
    assert [p.method for p in plan.payloads if p.transport == "tcp"] == ["tcp-connect"]


def test_a_raw_sweep_says_what_is_asked_again(monkeypatch):
    monkeypatch.setattr(plan_module, "raw_lanes", lambda *_: object())
    plan = estimate(build_scope(["10.9.0.0/30"]), (80,), NORMAL, (LO, ETH0))
    assert plan.sweep == "tcp-syn"
    assert "1,300 are asked again" in plan.sweep_note
    assert "no port gets more than 5 SYNs, or 10 where" in plan.sweep_note
    assert plan.syns_at_most == 2 * 10, "each once, with everything that loss may cause"
    assert plan.mac_questions_at_most == 0
    linked = estimate(build_scope(["10.1.2.0/24"]), (80, 81, 82), NORMAL, (LO, ETH0))
    assert linked.mac_questions_at_most == 254 * 3
    assert linked.syns_at_most == 254 * 3 * 9 + min(254 * 3, 1300) + 3
    assert [p.name for p in plan.payloads if p.transport == "tcp"] == ["tcp syn"]


def test_wide_ranges_are_counted_quickly_and_ipv6_too():
    scope = build_scope(["10.0.0.0/8", "fd00::/120", "fd01::/64", "fe80::1%eth0"])
    plan = estimate(scope, (80,), NORMAL, (LO, ETH0))
    assert plan.addresses == 2**24 - 2 + 256 + 1
    assert plan.on_link == 256 + 1  # every address of 10.1.2.0/24, and the link-local one


def test_payload_sizes_are_those_of_the_wire():
    plan = estimate(build_scope(["127.78.5.0/30"]), (80,), NORMAL, (LO,))
    sizes = {p.port: p.size for p in plan.payloads if p.transport == "udp"}
    assert 600 < sizes.pop(3702) < 1200
    assert sizes == {37810: 105, 37020: 124}


@pytest.mark.parametrize("targets", [("127.78.5.0/28",), ("127.78.5.1", "127.78.5.7-9")])
def test_the_count_is_what_is_then_sent(bench, targets):
    ports = (8081, 8082, 9100, 8083)
    plan = estimate(build_scope(targets), ports, QUICK, interfaces())
    assert bench.contacts == []
    for discovery in everything(ports):
        bench.run(discovery, *targets, profile=QUICK)
    sent = [contact.transport for contact in bench.contacts]
    assert sent.count("tcp") == plan.tcp_connections
    assert sent.count("udp") == plan.udp_packets


@pytest.mark.root
def test_the_count_is_what_is_then_sent_on_a_wire(bench, wire):
    targets = ("10.97.0.0/24", "127.78.5.0/29")

    def go():
        plan = estimate(build_scope(targets), (80, 554), QUICK, interfaces())

        async def scan():
            ctx = bench.context(*targets, profile=QUICK)
            methods = everything((80, 554))
            return await asyncio.gather(*(m.run(ctx, bench.sightings.append) for m in methods))

        return plan, asyncio.run(scan())

    plan, methods = wire.inside(wire.near, go)
    sent = [contact.transport for contact in bench.contacts]
    assert sent.count("tcp") == plan.tcp_connections == 520
    assert sent.count("udp") == plan.udp_packets == 3 * 6 + LINK4 + LINK6
    planned = Counter({"tcp-connect": 520})
    for payload in plan.payloads:
        if payload.transport == "udp":
            planned[payload.method] += payload.packets
    assert {method.name: method.sent for method in methods if method.sent} == dict(planned)
    assert "10.97.0.2" in {s.address for s in bench.sightings}
