from __future__ import annotations

import subprocess
import sys
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.net import neighbour
from camscan.net.neighbour import (
    parse_arp_a,
    parse_ip_neigh,
    parse_ndp_a,
    parse_proc_arp,
)
from camscan.protocols.mac import normal_mac

PROC_ARP = """\
IP address       HW type     Flags       HW address            Mask     Device
10.1.2.9         0x1         0x2         C4:2F:90:01:02:03     *        eth0
10.1.2.10        0x1         0x0         00:00:00:00:00:00     *        eth0
10.1.2.11        0x1         0x6         3c:ef:8c:01:02:03     *        eth0
10.1.2.12        0x1         0x2         00:00:00:00:00:00     *        eth0
"""

IP_NEIGH = """\
10.1.2.9 dev eth0 lladdr c4:2f:90:01:02:03 REACHABLE
10.1.2.10 dev eth0 FAILED
10.1.2.11 dev eth0 INCOMPLETE
fe80::c62f:90ff:fe01:203 dev eth0 lladdr c4:2f:90:01:02:03 router STALE
2001:db8::9 dev eth0 lladdr c4:2f:90:01:02:04 PERMANENT
10.1.2.12 dev tun0 lladdr c4:2f:90:01:02:05 NOARP
ff02::16 dev eth0 lladdr 33:33:00:00:00:16 NOARP
"""

WINDOWS = """\

Schnittstelle: 10.1.2.3 --- 0x7
  Internetadresse       Physische Adresse     Typ
  10.1.2.1              00-1b-c5-00-00-01     dynamisch
  10.1.2.255            ff-ff-ff-ff-ff-ff     statisch
  224.0.0.22            01-00-5e-00-00-16     statisch
"""

MACOS = """\
? (10.1.2.1) at 0:1b:c5:0:0:1 on en0 ifscope [ethernet]
camera.lan (10.1.2.9) at c4:2f:90:1:2:3 on en0 ifscope [ethernet]
? (10.1.2.77) at (incomplete) on en0 ifscope [ethernet]
? (224.0.0.251) at 1:0:5e:0:0:fb on en0 ifscope permanent [ethernet]
"""

NDP = """\
Neighbor                                Linklayer Address  Netif Expire    St Flgs Prbs
fe80::c62f:90ff:fe01:203%en0            c4:2f:90:1:2:3       en0 23h59m58s S  R
2001:db8::9                             (incomplete)         en0 permanent N
"""


def test_proc_arp() -> None:
    assert parse_proc_arp(PROC_ARP) == {
        "10.1.2.9": "c4:2f:90:01:02:03",
        "10.1.2.11": "3c:ef:8c:01:02:03",
    }


def test_ip_neigh_of_both_versions() -> None:
    assert parse_ip_neigh(IP_NEIGH) == {
        "10.1.2.9": "c4:2f:90:01:02:03",
        "fe80::c62f:90ff:fe01:203%eth0": "c4:2f:90:01:02:03",
        "2001:db8::9": "c4:2f:90:01:02:04",
    }


def test_windows_in_any_language() -> None:
    assert parse_arp_a(WINDOWS) == {"10.1.2.1": "00:1b:c5:00:00:01"}


def test_macos() -> None:
    assert parse_arp_a(MACOS) == {
        "10.1.2.1": "00:1b:c5:00:00:01",
        "10.1.2.9": "c4:2f:90:01:02:03",
    }
    assert parse_ndp_a(NDP) == {"fe80::c62f:90ff:fe01:203%en0": "c4:2f:90:01:02:03"}


WORDS = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            ["dev", "lladdr", "0x1", "0x2", "at", "(10.0.0.1)", "10.0.0.1", "fe80::1", "\n"]
        ),
        st.just("c4:2f:90:01:02:03"),
    ),
    max_size=40,
).map(" ".join)


@given(WORDS)
def test_fuzz_every_entry_is_an_address_and_a_mac(text: str) -> None:
    for parse in (parse_proc_arp, parse_ip_neigh, parse_arp_a, parse_ndp_a):
        for address, mac in parse(text).items():
            assert str(ip_address(address)) == address
            assert normal_mac(mac) == mac


def test_this_machine_can_be_read() -> None:
    for address, mac in neighbour.neighbours().items():
        assert ip_address(address)
        assert normal_mac(mac) == mac


def test_a_machine_without_the_programs_knows_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(neighbour, "_PROC_ARP", tmp_path / "missing")
    for platform in ("linux", "darwin", "win32"):
        monkeypatch.setattr(neighbour.sys, "platform", platform)
        assert neighbour.neighbours() == {}


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")
@pytest.mark.root
def test_the_kernel_of_linux(wires: Any) -> None:
    for address in ("10.99.0.50", "fe80::50"):
        words = f"ip -n {wires.near} neigh add {address} lladdr c4:2f:90:01:02:03 dev cam0"
        subprocess.run(words.split(), check=True)
    found = wires.inside(wires.near, neighbour.neighbours)
    assert found["10.99.0.50"] == "c4:2f:90:01:02:03"
    assert found["fe80::50%cam0"] == "c4:2f:90:01:02:03"
