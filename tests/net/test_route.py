"""Routes as the kernel decides them, in a namespace with gateways, holes and policy rules."""

from __future__ import annotations

import subprocess
from ipaddress import ip_address, ip_network

import pytest

from camscan.net.route import Route, Routes
from camscan.scope import Span

pytestmark = pytest.mark.root


def span(cidr):
    network = ip_network(cidr)
    return Span(int(network.network_address), int(network.broadcast_address))


def routes(wires, version, *cidrs):
    def ask():
        with Routes() as table:
            return list(table.of(version, [span(cidr) for cidr in cidrs]))

    return wires.inside(wires.near, ask)


def at(found, address):
    value = int(ip_address(address))
    (one,) = [r for r in found if r.span.first <= value <= r.span.last]
    return one


def ip(wires, line):
    subprocess.run(["ip", "-n", wires.near, *line.split()], check=True, capture_output=True)


def test_on_link_gateway_hole_and_own_address(wires):
    ip(wires, "route add 10.50.0.0/16 via 10.99.0.2")
    ip(wires, "route add 10.50.7.0/24 via 10.98.0.2")
    ip(wires, "route add blackhole 10.50.9.0/24")
    found = routes(wires, 4, "10.50.0.0/16", "10.99.0.0/24")
    assert [(r.gateway, r.source) for r in found if r.gateway][:2] == [
        ("10.99.0.2", "10.99.0.1"),
        ("10.98.0.2", "10.98.0.1"),
    ]
    assert at(found, "10.50.7.255").gateway == "10.98.0.2"
    assert at(found, "10.50.8.0").gateway == "10.99.0.2"
    assert at(found, "10.50.9.4").reason
    assert at(found, "10.99.0.77") == Route(
        version=4,
        span=Span(int(ip_address("10.99.0.2")), int(ip_address("10.99.0.254"))),
        index=at(found, "10.99.0.77").index,
        source="10.99.0.1",
    )
    assert at(found, "10.99.0.1").reason == "an address of this machine"
    assert at(found, "10.99.0.255").reason == "not a unicast route"
    assert len(found) < 12  # one question a piece, not an address


def test_no_route(wires):
    (one,) = routes(wires, 4, "10.60.0.0/24")
    assert one.reason == "Network is unreachable"


def test_a_rule_that_names_a_destination(wires):
    ip(wires, "route add 10.50.0.0/16 via 10.99.0.2")
    ip(wires, "route add default via 10.98.0.2 table 77")
    ip(wires, "rule add to 10.50.64.0/24 lookup 77")
    found = routes(wires, 4, "10.50.0.0/16")
    assert at(found, "10.50.64.9").gateway == "10.98.0.2"
    assert at(found, "10.50.65.0").gateway == "10.99.0.2"


def test_several_next_hops(wires):
    ip(wires, "route add 10.50.0.0/16 nexthop via 10.99.0.2 nexthop via 10.98.0.2")
    (one,) = routes(wires, 4, "10.50.0.0/24")
    assert one.gateway in {"10.99.0.2", "10.98.0.2"}
    assert one.index


def test_ipv6(wires):
    ip(wires, "-6 address add fd99::1/64 dev cam0 nodad")
    ip(wires, "-6 route add fd50::/64 via fd99::2")
    found = routes(wires, 6, "fd50::/120", "fd99::100/120")
    assert at(found, "fd50::9").gateway == "fd99::2"
    near = at(found, "fd99::155")
    assert (near.gateway, near.source, near.reason) == (None, "fd99::1", None)
