import tomllib
from importlib import resources
from ipaddress import ip_address, ip_network

from camscan.egress.anycast import anycast_group, is_anycast
from camscan.egress.special import GLOBAL, scope_of


def groups():
    folder = resources.files("camscan.egress").joinpath("geodata")
    return tomllib.loads(folder.joinpath("anycast.toml").read_text("utf-8"))["group"]


def test_well_known_resolvers_and_clocks():
    for text in ("1.1.1.1", "119.29.29.29", "162.159.200.1", "2001:4860:4860::8888"):
        assert is_anycast(ip_address(text))
    assert anycast_group(ip_address("9.9.9.9")) == "Quad9"
    assert anycast_group(ip_address("192.175.48.6")) == "AS112 sinks of reverse look-ups"


def test_their_neighbours_are_not():
    for text in ("1.1.1.2", "36.110.1.1", "2001:4860:4860::1", "216.239.35.1"):
        assert not is_anycast(ip_address(text))


def test_every_group_has_a_source_and_no_address_stands_twice():
    seen = []
    for group in groups():
        assert group["name"]
        assert group["source"], group["name"]
        assert all(
            source.startswith(("https://", "github:", "RFC ", "Debian "))
            for source in group["source"]
        )
        for text in group["addresses"]:
            net = ip_network(text)
            assert scope_of(net.network_address) == GLOBAL
            assert not any(net.version == other.version and net.overlaps(other) for other in seen)
            seen.append(net)
    assert len(seen) > 40
