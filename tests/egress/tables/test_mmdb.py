from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.egress.tables.fact import NOTHING, Fact
from camscan.egress.tables.mmdb import MmdbTable, fact_of
from camscan.errors import SourceError
from tests.json_values import json_values

OXFORD = ip_address("129.67.242.154")


@pytest.mark.parametrize(
    "record, fact",
    [
        (  # MaxMind GeoLite2 Country
            {
                "country": {"iso_code": "FR", "geoname_id": 1},
                "registered_country": {"iso_code": "CN"},
                "traits": {"is_anycast": True},
            },
            Fact(country="FR", registered="CN", anycast=True),
        ),
        (  # MaxMind and DB-IP ASN
            {"autonomous_system_number": 64500, "autonomous_system_organization": "Example\nNet"},
            Fact(asn=64500, organisation="Example Net"),
        ),
        (  # DB-IP's paid files and MaxMind Enterprise
            {
                "country": {"iso_code": "gb"},
                "traits": {
                    "autonomous_system_number": 64500,
                    "autonomous_system_organization": "Example",
                    "isp": "Other",
                },
            },
            Fact(country="GB", asn=64500, organisation="Example"),
        ),
        (  # IPinfo Lite
            {
                "country": "France", "country_code": "FR", "asn": "AS64500",
                "as_name": "Example", "as_domain": "example.net",
            },
            Fact(country="FR", asn=64500, organisation="Example"),
        ),
        ({"country": "FR", "asn": "AS64500", "name": "Old"},  # IPinfo's earlier free files
         Fact(country="FR", asn=64500, organisation="Old")),
        ({"country_code": "ZZ"}, NOTHING),
        ({"country": {"iso_code": None}, "registered_country": {"iso_code": "DE"}},
         Fact(registered="DE")),
        ({"asn": "junk", "country": "France"}, NOTHING),
        ({"asn": "AS0", "as_name": "nobody"}, NOTHING),
        ({"asn": True, "country": {"iso_code": 7}, "traits": []}, NOTHING),
        (None, NOTHING),
        ("text", NOTHING),
    ],
)  # fmt: skip
def test_schemas(record, fact):
    assert fact_of(record) == fact


def test_each_publisher_by_its_file(files, tmp_path):
    country = MmdbTable(files.country_mmdb(tmp_path / "a.mmdb"))
    network = MmdbTable(files.asn_mmdb(tmp_path / "b", kind="DBIP-ASN-Lite (compat=GeoLite2-ASN)"))
    both = MmdbTable(files.ipinfo_mmdb(tmp_path / "c.mmdb"))
    assert country.find(OXFORD) == Fact(country="GB", registered="DE")
    assert network.find(OXFORD) == Fact(asn=786, organisation="University of Oxford")
    assert both.find(OXFORD) == Fact(country="GB", asn=786, organisation="University of Oxford")
    assert both.find(ip_address("2001:630:212::1")).asn == 786
    assert both.find(ip_address("8.8.8.8")) == NOTHING
    assert [t.source.gives for t in (country, network, both)] == [
        ("country",), ("network",), ("country", "network"),
    ]  # fmt: skip
    assert country.source.label == "GeoLite2 Country, 2026-11-01"
    assert country.source.licence == "GeoLite2 EULA"
    assert network.source.name == "DB-IP ASN Lite"
    assert network.source.attribution == "IP Geolocation by DB-IP"
    assert (both.source.name, both.source.licence) == ("IPinfo Lite", "CC BY-SA 4.0")
    assert both.source.bytes == (tmp_path / "c.mmdb").stat().st_size
    assert both.walk() == len({files.network_of(str(k.address)) for k in files.known_addresses()})


def test_an_ipv4_file_knows_nothing_of_ipv6(files, tmp_path):
    records = [("129.67.0.0/16", {"country_code": "GB"})]
    table = MmdbTable(files.write_mmdb(tmp_path / "4.mmdb", records, kind="own", version=4))
    assert table.find(OXFORD).country == "GB"
    assert table.find(ip_address("2001:630:212::1")) == NOTHING
    assert table.fault is None


def test_files_that_are_none(files, tmp_path):
    with pytest.raises(SourceError, match=r"no\.mmdb: no such file"):
        MmdbTable(tmp_path / "no.mmdb")
    (tmp_path / "x.mmdb").write_bytes(b"not a data base")
    with pytest.raises(SourceError, match=r"shown: no MMDB"):
        MmdbTable(tmp_path / "x.mmdb", shown="shown")
    with pytest.raises(SourceError):
        MmdbTable(tmp_path)
    cities = [("129.67.0.0/16", {"city": {"names": {"en": "Oxford"}}})]
    with pytest.raises(SourceError, match="neither a country nor an AS number"):
        MmdbTable(files.write_mmdb(tmp_path / "city.mmdb", cities, kind="cities"))


def test_damage_inside_is_a_fault_and_no_answer(files, tmp_path):
    records = [
        ("36.0.0.0/8", {"country_code": "CN", "asn": "AS4134"}),
        ("129.67.0.0/16", {"country": {"iso_code": "GB"}, "padding": "p" * 200}),
    ]
    data = bytearray(files.encode_mmdb(records, kind="own"))
    place = data.index(b"p" * 200)
    data[place - 2 : place] = b"\x5e\xff"  # a text that is longer than the file
    path = tmp_path / "damaged.mmdb"
    path.write_bytes(data)
    table = MmdbTable(path, shown="damaged.mmdb")
    assert table.find(ip_address("36.1.1.1")).country == "CN"
    with pytest.raises(SourceError, match=r"damaged\.mmdb: damaged after 1 networks"):
        table.walk()
    assert table.find(OXFORD) == NOTHING
    assert "damaged.mmdb: damaged" in table.fault
    assert table.find(ip_address("36.1.1.1")) == NOTHING


_KEYS = (
    "country", "country_code", "iso_code", "registered_country", "traits", "asn", "as_name",
    "autonomous_system_number", "autonomous_system_organization", "is_anycast", "name",
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(_KEYS), json_values(*_KEYS, leaves=12), max_size=6))
def test_fuzz_any_record(record):
    fact = fact_of(record)
    assert fact.country is None or (len(fact.country) == 2 and fact.country.isupper())
    assert fact.asn is None or 0 < fact.asn < 1 << 32
    assert fact.organisation is None or fact.asn is not None
