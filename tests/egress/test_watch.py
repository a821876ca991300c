from ipaddress import ip_network

from camscan.egress.policy import Policy
from camscan.egress.watch import (
    inside_addresses,
    own_networks,
    packed_addresses,
    packed_macs,
)
from camscan.model.flow import Flow, Origin


def test_packed_keys(make_device):
    device = make_device("10.0.0.1", others=("fe80::1%eth0", "junk"), mac="C4:2F:90:00:00:01")
    assert packed_addresses([device]) == {b"\x0a\0\0\1", b"\xfe\x80" + b"\0" * 13 + b"\1"}
    assert packed_macs([device]) == {bytes.fromhex("c42f90000001")}
    assert packed_macs([make_device("10.0.0.1", mac="not a mac")]) == frozenset()


def test_public_networks_of_the_user(make_device, make_run):
    run = make_run(
        make_device("81.2.69.7"), targets=("10.66.0.0/16", "81.2.70.0/24", "@file", "0.0.0.0/0")
    )
    assert own_networks(run) == (ip_network("81.2.70.0/24"), ip_network("81.2.69.7/32"))
    assert own_networks(None) == ()


def test_inside_addresses():
    def flow(source, peer):
        return Flow(
            source=source, source_mac=None, peer=peer, port=1, protocol="udp", first=0.0,
            last=0.0, packets_out=1, packets_in=0, bytes_out=1, bytes_in=0, origin=Origin.FIRST,
        )  # fmt: skip

    flows = [
        flow("10.0.0.1", "36.110.1.1"),
        flow("10.0.0.2", "224.0.0.251"),
        flow("81.2.69.7", "255.255.255.255"),
        flow("10.0.0.3", None),
    ]
    own = (ip_network("81.2.69.0/24"),)
    assert inside_addresses(flows, Policy(), own) == {
        "10.0.0.1", "10.0.0.2", "10.0.0.3", "81.2.69.7",
    }  # fmt: skip
