import ipaddress

from camscan.lab.outside import BROWSED, CLOUDS


def test_every_server_outside_has_a_name_and_a_public_address():
    servers = [(cloud.name, cloud.address) for own in CLOUDS.values() for cloud in own]
    for name, address in (*servers, *BROWSED):
        assert "." in name
        assert name == name.lower()
        assert ipaddress.ip_address(address).is_global


def test_no_address_has_two_names():
    servers = [(cloud.name, cloud.address) for own in CLOUDS.values() for cloud in own]
    names = dict(map(reversed, (*servers, *BROWSED)))
    assert len(names) == len(servers) + len(BROWSED)
