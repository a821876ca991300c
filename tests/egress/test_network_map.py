from ipaddress import ip_address, ip_network

from hypothesis import given
from hypothesis import strategies as st

from camscan.egress.network_map import NetworkMap


def made(*pairs):
    return NetworkMap((ip_network(text), value) for text, value in pairs)


def test_the_longest_prefix_wins():
    found = made(("10.0.0.0/8", "a"), ("10.1.0.0/16", "b"), ("10.1.1.1/32", "c"), ("::/0", "d"))
    for text, value in {
        "9.255.255.255": None, "10.0.0.0": "a", "10.1.0.0": "b", "10.1.1.0": "b", "10.1.1.1": "c",
        "10.1.1.2": "b", "10.2.0.0": "a", "11.0.0.0": None, "::1": "d", "ffff::": "d",
    }.items():  # fmt: skip
        assert found.get(ip_address(text)) == value


def test_nothing_is_in_an_empty_map():
    assert made().get(ip_address("1.2.3.4")) is None
    assert made().get(ip_address("::")) is None


@given(
    st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32)), max_size=12),
    st.lists(st.integers(0, 2**32 - 1), max_size=12),
)
def test_fuzz_equals_a_search_through_all(seeds, numbers):
    nets = [ip_network((number, length), strict=False) for number, length in seeds]
    found = NetworkMap((net, net.prefixlen) for net in nets)
    edges = [int(net[0]) for net in nets] + [int(net[-1]) for net in nets]
    for number in numbers + edges:
        address = ip_address(number)
        lengths = [net.prefixlen for net in nets if address in net]
        assert found.get(address) == max(lengths, default=None)
