from ipaddress import ip_address

import msgspec
import pytest

from camscan.egress.destination import KnownDestinations, entities_of, service_words
from camscan.matching.public_service import ServiceTable, build_service


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


@pytest.fixture(scope="module")
def shipped(fingerprints):
    return KnownDestinations.of(fingerprints)


def test_what_a_source_shows_to_be_called_is_own(make_destination, make_device):
    cloud = msgspec.structs.replace(
        make_destination("cloudy", "cloudy.example"), used_by=("annke",)
    )
    known = KnownDestinations([cloud])
    camera = make_device("10.0.0.1", maker=None, brand="Annke")
    assert known.match("a.cloudy.example", "tcp", 443, camera).own
    assert not known.match("a.cloudy.example", "tcp", 443, make_device("10.0.0.2")).own


def test_the_longest_domain_wins_a_tie(make_destination):
    whole = make_destination("hikvision", "ys.example")
    part = make_destination("ezviz", "push.ys.example")
    known = KnownDestinations([whole, part])
    assert known.match("a.push.ys.example", "tcp", 1, None).destination is part
    assert known.match("a.ys.example", "tcp", 1, None).destination is whole


def test_a_range_of_ports(make_destination):
    known = KnownDestinations([make_destination("hanwha", "w.example", ports=("udp/100-199",))])
    assert known.match("w.example", "udp", 150, None).listed_port
    assert not known.match("w.example", "tcp", 150, None).listed_port


def test_called_by_address(make_destination, make_device):
    entry = msgspec.structs.replace(
        make_destination("yi", ports=("udp/32100",)), networks=("203.0.113.0/28", "2001:db8::/48")
    )
    known = KnownDestinations([entry])
    camera = make_device("10.0.0.1", maker="Yi")
    match = known.match_address(ip_address("203.0.113.9"), "udp", 32_100, camera)
    assert (match.destination, match.own, match.listed_port) == (entry, True, True)
    assert known.match_address(ip_address("2001:db8::1"), "udp", 1, None).destination is entry
    assert known.match_address(ip_address("203.0.113.16"), "udp", 32_100, camera) is None
    assert known.by_port("udp", 32_100) is None


def test_shipped_libraries(shipped):
    library = shipped.library("cs2.pppp")
    assert shipped.owner(library) == "CS2 Network"
    assert shipped.library("gone") is None
    assert shipped.library(None) is None
    assert shipped.library_at("udp", 32_100) is library
    assert shipped.library_at("tcp", 32_100) is None


def test_who_has_a_library_built_in(shipped, make_device):
    pppp, dahua = shipped.library("cs2.pppp"), shipped.library("dahua.dhp2p")
    assert shipped.carries(pppp, make_device("10.0.0.1", maker="Yi"))
    assert shipped.carries(dahua, make_device("10.0.0.1", maker="Dahua"))
    assert not shipped.carries(dahua, make_device("10.0.0.1", maker="Axis"))
    assert not shipped.carries(pppp, None)


def test_names_of_owners(shipped, make_destination):
    match = shipped.match("litedev.hik-connect.com", "tcp", 443, None)
    assert shipped.owner(match.destination) == "Hikvision"
    assert shipped.owner(make_destination("nobody", "a.example")) == "nobody"


def test_public_services(shipped, make_device):
    xiongmai = make_device("10.0.0.1", maker="Xiongmai")
    service = shipped.service("resolver", "114.114.114.114", None)
    assert service_words(service, xiongmai) == (
        "public resolver (114DNS, CN); the firmware of this maker asks it whatever DHCP says"
    )
    assert service_words(service, make_device("10.0.0.2")) == (
        "public resolver (114DNS, CN); built into firmware of xiongmai"
    )
    assert shipped.service("clock", "114.114.114.114", None) is None
    pool = shipped.service("clock", "192.0.2.1", "0.uk.pool.ntp.org")
    assert service_words(pool, make_device("10.0.0.3", maker="Reolink")) == (
        "public clock (NTP Pool); the firmware of this maker has it built in"
    )
    assert shipped.service("clock", None, None) is None


def test_a_service_that_nobody_has_built_in():
    table = ServiceTable(
        id="clock.x", role="clock", name="X", addresses=("192.0.2.1",), source=("manual: x",)
    )
    service = build_service(table, file="f")
    assert service_words(service, None) == "public clock (X)"
