from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from camscan.net.interface import IfAddress, Interface, interfaces, on_link


def link(name: str, *addresses: IfAddress, index: int = 2, up: bool = True) -> Interface:
    return Interface(name=name, index=index, addresses=addresses, up=up)


ETH0 = link("eth0", IfAddress("10.1.2.3", 24), IfAddress("fe80::3", 64), index=2)
ETH1 = link("eth1", IfAddress("10.1.0.1", 16), IfAddress("fe80::4", 64), index=3)
OLD = link("old0", IfAddress("10.9.0.1", 24), index=4, up=False)
LINKS = (ETH1, ETH0, OLD)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.1.2.9", ETH0),  # the longest prefix
        ("10.1.7.9", ETH1),
        ("::ffff:10.1.2.9", ETH0),
        ("10.2.0.1", None),
        ("10.9.0.7", None),  # the interface is down
        ("fe80::9%eth1", ETH1),
        ("fe80::9%2", ETH0),
        ("fe80::9%eth9", None),
        ("fe80::9", None),  # which link?
        ("camera", None),
    ],
)
def test_which_interface_reaches_an_address(address: str, expected: Interface | None) -> None:
    assert on_link(address, LINKS) == expected


def test_this_machine_has_its_loopback() -> None:
    found = interfaces()
    (loopback,) = [i for i in found if IfAddress("127.0.0.1", 8) in i.addresses]
    assert loopback.loopback
    assert loopback.up
    assert loopback.reason == "loopback"
    assert loopback.index > 0
    assert on_link("127.66.0.1", found) == loopback


def test_addresses_by_version() -> None:
    assert ETH0.of_version(4) == (IfAddress("10.1.2.3", 24),)
    assert ETH0.of_version(6) == (IfAddress("fe80::3", 64),)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells no flags")
@pytest.mark.root
def test_every_reason_why_an_interface_is_not_used(wires: Any) -> None:
    for words in (
        "link add bare0 type veth peer bare0p",
        "link set bare0 up",
        "link add down0 type veth peer down0p",
        "address add 10.5.0.1/24 dev down0",
        "tuntap add ppp0 mode tun",
        "address add 10.6.0.1 peer 10.6.0.2 dev ppp0",
        "link set ppp0 up",
        "link add mute0 type veth peer mute0p",
        "address add 10.7.0.1/24 dev mute0",
        "link set mute0 multicast off up",
        "-6 address flush dev bare0",
    ):
        subprocess.run(["ip", "-n", wires.near, *words.split()], check=True)
    found = {i.name: i for i in wires.inside(wires.near, interfaces)}
    assert {name: i.reason for name, i in found.items() if not name.endswith("0p")} == {
        "lo": "loopback",
        "cam0": None,
        "cam1": None,
        "bare0": "no address",
        "down0": "down",
        "ppp0": "point-to-point",
        "mute0": None,
    }
    assert found["cam0"].multicast
    assert not found["mute0"].multicast
    assert IfAddress("10.99.0.1", 24) in found["cam0"].addresses
    assert any(a.address.startswith("fe80::") for a in found["cam0"].of_version(6))
