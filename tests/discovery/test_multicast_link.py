"""Which links a multicast may use."""

from __future__ import annotations

from camscan.discovery.multicast_link import Link, multicast_links, reached_by_multicast
from camscan.net.interface import IfAddress, Interface
from camscan.scope import build_scope

LO = Interface(name="lo", index=1, addresses=(IfAddress("127.0.0.1", 8),), reason="loopback")
DOWN = Interface(name="eth9", index=9, up=False, reason="down")
ETH0 = Interface(
    name="eth0", index=2, addresses=(IfAddress("10.1.2.3", 24), IfAddress("fe80::3", 64))
)
WIFI = Interface(name="wlan0", index=3, addresses=(IfAddress("10.5.0.9", 23),))


def test_only_links_wholly_in_scope():
    links, skips = multicast_links(build_scope(["10.1.2.0/24"]), (LO, DOWN, ETH0, WIFI))
    assert [(link.interface.name, link.version) for link in links] == [("eth0", 4), ("eth0", 6)]
    (skip,) = skips
    assert skip.subject == "wlan0"
    assert "10.5.0.0/23" in skip.reason


def test_one_excluded_address_keeps_the_group_away():
    links, skips = multicast_links(build_scope(["10.1.2.0/24"], ["10.1.2.77"]), (ETH0,))
    assert links == ()
    assert {skip.what for skip in skips} == {
        "discovery by IPv4 multicast",
        "discovery by IPv6 multicast",
    }


def test_a_named_interface_is_used():
    scope = build_scope(["10.1.2.0/25"])
    links, _ = multicast_links(scope, (ETH0,), frozenset({"eth0"}))
    assert len(links) == 2


def test_links_are_keys():
    assert len({Link(ETH0, 4), Link(ETH0, 4), Link(ETH0, 6)}) == 2


def test_reached_by_multicast():
    covered = reached_by_multicast((Link(ETH0, 4),))
    assert covered("10.1.2.200")
    assert not covered("10.1.3.1")
    assert not covered("fe80::9%eth0")
    assert reached_by_multicast((Link(ETH0, 6),))("fe80::9%eth0")
