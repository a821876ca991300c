import pytest

from camscan.egress.destination import KnownDestinations, entities_of


@pytest.fixture
def known(make_destination):
    return KnownDestinations(
        [
            make_destination("hikvision", "hik-connect.com", ports=("tcp/443",)),
            make_destination("hikvision", "ezvizlife.com"),
            make_destination("annke", "hik-connect.com", ports=("tcp/8555",)),
            make_destination("throughtek", "iotcplatform.com", purpose="p2p"),
            make_destination("cs2", ports=("udp/32100",), purpose="p2p"),
        ]
    )


def test_own_maker_wins_over_a_listed_port(known, make_device):
    camera = make_device("10.0.0.1", maker="Annke")
    match = known.match("litedev.hik-connect.com", "tcp", 443, camera)
    assert (match.destination.maker, match.own, match.listed_port) == ("annke", True, False)


def test_brand_counts_as_own(known, make_device):
    camera = make_device("10.0.0.1", maker=None, brand="Hikvision")
    assert known.match("hik-connect.com", "tcp", 443, camera).own


def test_other_makers_and_unknown_devices(known, make_device):
    other = known.match("dev.ezvizlife.com", "tcp", 8555, make_device("10.0.0.1", maker="Axis"))
    assert (other.own, other.listed_port) == (False, True)
    assert not known.match("dev.ezvizlife.com", "tcp", 1, None).own


def test_only_whole_labels_match(known):
    assert known.match("evilhik-connect.com", "tcp", 443, None) is None
    assert known.match("hik-connect.com.evil.example", "tcp", 443, None) is None
    assert known.match(None, "tcp", 443, None) is None


def test_ports_without_names(known):
    assert known.by_port("udp", 32_100).maker == "cs2"
    assert known.by_port("tcp", 32_100) is None
    assert known.by_port("tcp", 443) is None


def test_entities(make_device):
    assert entities_of(make_device("10.0.0.1", brand="Annke")) == {"hikvision", "annke"}
    assert entities_of(None) == frozenset()
