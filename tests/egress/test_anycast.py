from ipaddress import ip_address

from camscan.egress.anycast import is_anycast


def test_well_known_resolvers_and_clocks():
    for text in ("1.1.1.1", "119.29.29.29", "162.159.200.1", "2001:4860:4860::8888"):
        assert is_anycast(ip_address(text))


def test_their_neighbours_are_not():
    for text in ("1.1.1.2", "36.110.1.1", "2001:4860:4860::1"):
        assert not is_anycast(ip_address(text))
