import hashlib
import json
import sys
from datetime import UTC, datetime
from importlib import resources

import pytest

from camscan.egress.geo import DataSource, Geo, GeoAnswer, _overlaid
from camscan.errors import SourceError


@pytest.fixture(scope="module")
def geo():
    return Geo.embedded()


@pytest.mark.parametrize(
    "address, country, asn",
    [
        ("36.110.220.15", "CN", 23724),
        ("::ffff:36.110.220.15", "CN", 23724),
        ("81.2.69.142", "GB", 20712),
        ("2a00:1450:4009::1", "GB", 15169),
        ("240e::1", "CN", 4134),
    ],
)
def test_location_and_operator(geo, address, country, asn):
    answer = geo.lookup(address)
    assert (answer.country, answer.asn) == (country, asn)
    assert answer.country_source == "DB-IP Country Lite, 2026-06-01"


def test_a_chinese_operator_outside_china_is_two_facts(geo):
    answer = geo.lookup("47.88.59.209")
    assert (answer.country, answer.asn, answer.operator_country) == ("US", 45102, "CN")
    assert "Alibaba" in answer.organisation


def test_anycast_has_an_operator_and_no_country(geo):
    answer = geo.lookup("1.1.1.1")
    assert answer.anycast
    assert answer.country is None
    assert answer.asn == 13335


@pytest.mark.parametrize(
    "address", ["192.168.1.1", "172.16.5.5", "2001:db8::1", "203.0.113.1", "224.0.0.1", "nonsense"]
)
def test_what_is_not_global_is_never_looked_up(geo, address):
    assert geo.lookup(address) == GeoAnswer()


def test_sources_carry_date_licence_and_attribution(geo):
    assert [source.name for source in geo.sources] == [
        "DB-IP Country Lite",
        "RouteViews and DB-IP ASN Lite",
        "IPtoASN country",
    ]
    assert "IP Geolocation by DB-IP, https://db-ip.com" in geo.attribution[0]
    assert "CC BY 4.0" in geo.attribution[0]


def test_age():
    source = DataSource(name="x", date="2026-06-01", licence="", attribution="", link="")
    assert not source.is_old(datetime(2026, 8, 1, tzinfo=UTC))
    assert source.is_old(datetime(2026, 9, 1, tzinfo=UTC))
    broken = DataSource(name="x", date="soon", licence="", attribution="", link="")
    assert broken.is_old(datetime(2026, 9, 1, tzinfo=UTC))


def test_packed_tables_are_those_of_the_manifest():
    folder = resources.files("camscan.egress").joinpath("geodata")
    manifest = json.loads(folder.joinpath("manifest.json").read_bytes())
    for name, digest in manifest["packed"].items():
        assert hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() == digest
    assert all(manifest[part]["inputs"] for part in ("country", "network", "operator"))


@pytest.mark.parametrize(
    "record, country, asn, organisation",
    [
        ({"country": {"iso_code": "FR"}}, "FR", 4134, "Chinanet"),
        ({"country_code": "FR"}, "FR", 4134, "Chinanet"),
        ({"country": "FR", "asn": "AS64500", "as_name": "Example"}, "FR", 64500, "Example"),
        (
            {"autonomous_system_number": 64500, "autonomous_system_organization": "Example"},
            "CN", 64500, "Example",
        ),
        ({"asn": "junk", "country": "France"}, "CN", 4134, "Chinanet"),
        (None, "CN", 4134, "Chinanet"),
        ("text", "CN", 4134, "Chinanet"),
    ],
)  # fmt: skip
def test_schemas_of_the_users_own_file(record, country, asn, organisation):
    embedded = GeoAnswer(country="CN", asn=4134, organisation="Chinanet", operator_country="CN")
    answer = _overlaid(embedded, record, "own, 2026-11-01")
    assert (answer.country, answer.asn, answer.organisation) == (country, asn, organisation)
    assert answer.operator_country == ("CN" if asn == 4134 else None)


def test_own_file_goes_before_the_embedded_tables(monkeypatch):
    class Reader:
        def metadata(self):
            class Metadata:
                database_type = "Own"
                build_epoch = 1_790_000_000

            return Metadata

        def get(self, address):
            return {"country_code": "FR"} if address == "36.110.220.15" else None

    monkeypatch.setattr("camscan.egress.geo._open_mmdb", lambda path: Reader())
    geo = Geo([None])
    assert geo.lookup("36.110.220.15").country == "FR"
    assert geo.lookup("36.110.220.15").country_source == "Own, 2026-09-21"
    assert geo.lookup("81.2.69.142").country == "GB"
    assert next(source.name for source in geo.sources) == "Own"


def test_unreadable_mmdb_and_missing_library_are_source_errors(tmp_path, monkeypatch):
    path = tmp_path / "x.mmdb"
    with pytest.raises(SourceError, match=r"x\.mmdb"):
        Geo([path])
    path.write_bytes(b"not a data base")
    with pytest.raises(SourceError, match=r"x\.mmdb"):
        Geo([path])
    monkeypatch.setitem(sys.modules, "maxminddb", None)
    with pytest.raises(SourceError, match=r"camscan\[geo\]"):
        Geo([path])
