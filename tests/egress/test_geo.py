import hashlib
import importlib.util
import json
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest

from camscan.egress.geo import Geo, GeoAnswer
from camscan.egress.tables.install import Offer, check
from camscan.egress.tables.installed import Installed
from camscan.errors import SourceError

NOW = datetime(2026, 11, 27, tzinfo=UTC)
CHINA, OXFORD, ABSENT = "36.110.220.15", "129.67.242.154", "81.2.69.142"


@pytest.fixture(scope="session")
def files():
    path = Path(__file__).parent / "geo_files.py"
    spec = importlib.util.spec_from_file_location("camscan_test_geo_files", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def installed(tmp_path):
    return Installed(tmp_path / "geo")


@pytest.fixture
def install(installed):
    def take(*paths):
        with installed.workplace() as place:
            made = [
                check(Offer(path, path.name, path.name), place / str(number), NOW)
                for number, path in enumerate(paths)
            ]
            installed.install([(each.entry, each.place) for each in made])

    return take


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
        ("2002:246e:dc0f::1", "CN", 23724),  # 6to4
        ("64:ff9b::246e:dc0f", "CN", 23724),  # NAT64
        ("2001:0:4136:e378:8000:63bf:db91:23f0", "CN", 23724),  # Teredo, the client's side
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
    "address",
    ["192.168.1.1", "172.16.5.5", "2001:db8::1", "203.0.113.1", "224.0.0.1", "nonsense",
     "100.64.1.1", "::ffff:10.1.1.1", "2002:a00:1::1", "64:ff9b:1::1", "fe80::1%eth0"],
)  # fmt: skip
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


def test_packed_tables_are_those_of_the_manifest():
    folder = resources.files("camscan.egress").joinpath("geodata")
    manifest = json.loads(folder.joinpath("manifest.json").read_bytes())
    for name, digest in manifest["packed"].items():
        assert hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() == digest
    assert all(manifest[part]["inputs"] for part in ("country", "network", "operator"))


def test_every_fact_names_its_table_and_date(geo):
    answer = geo.lookup(CHINA)
    assert answer.country_source == "DB-IP Country Lite, 2026-06-01"
    assert answer.network_source == "RouteViews and DB-IP ASN Lite, 2026-06-17"
    assert (answer.operator_country, answer.operator_source) == (
        "CN",
        "IPtoASN country, 2026-06-17",
    )


def test_own_file_goes_before_the_embedded_tables(files, tmp_path):
    records = [("36.110.0.0/16", {"country_code": "FR"})]
    path = files.write_mmdb(tmp_path / "own.mmdb", records, kind="Own")
    geo = Geo([path], installed=Installed(tmp_path / "none"))
    answer = geo.lookup(CHINA)
    assert (answer.country, answer.asn) == ("FR", 23724)
    assert answer.country_source == "Own, 2026-11-18"
    assert geo.lookup(ABSENT).country == "GB"  # a file of a part of the world: the rest is asked
    assert [source.name for source in geo.sources][:2] == ["Own", "DB-IP Country Lite"]


def test_the_first_of_several_own_files_wins(files, tmp_path):
    paths = [
        files.write_mmdb(tmp_path / name, [("36.0.0.0/8", {"country_code": name})], kind=name)
        for name in ("FR", "ES")
    ]
    assert Geo(paths, installed=Installed(tmp_path / "none")).lookup(CHINA).country == "FR"


def test_installed_tables_replace_the_embedded_ones(files, tmp_path, installed, install):
    install(files.country_mmdb(tmp_path / "c.mmdb"))
    geo = Geo(installed=installed)
    assert [source.label for source in geo.sources] == [
        "GeoLite2 Country, 2026-11-01",
        "RouteViews and DB-IP ASN Lite, 2026-06-17",
        "IPtoASN country, 2026-06-17",
    ]
    assert geo.lookup(OXFORD).country_source == "GeoLite2 Country, 2026-11-01"
    # What the installed table does not know is unknown: the older one is not asked.
    assert geo.lookup(CHINA).country is None
    assert geo.lookup(CHINA).asn == 23724
    install(files.asn_mmdb(tmp_path / "a.mmdb"))
    geo = Geo(installed=installed)
    assert geo.lookup(OXFORD).network_source == "GeoLite2 ASN, 2026-11-01"
    assert geo.lookup(OXFORD).organisation == "University of Oxford"
    assert geo.faults == ()


def test_the_registered_country_of_a_block_speaks_where_that_of_the_as_is_unknown(
    files, tmp_path, installed, install
):
    install(files.country_mmdb(tmp_path / "c.mmdb"))
    geo = Geo(installed=installed)
    assert geo.lookup(OXFORD).operator_country == "GB"  # of AS786
    danish = geo.lookup("130.225.1.1")  # AS1835: its ranges are registered in several countries
    assert (danish.operator_country, danish.operator_source) == (
        "DE", "GeoLite2 Country, 2026-11-01",
    )  # fmt: skip


def test_a_table_that_says_anycast_has_no_country(files, tmp_path):
    record = {"country": {"iso_code": "US"}, "traits": {"is_anycast": True}}
    path = files.write_mmdb(tmp_path / "x", [("36.110.0.0/16", record)], kind="Own")
    answer = Geo([path], installed=Installed(tmp_path / "none")).lookup(CHINA)
    assert answer.anycast
    assert (answer.country, answer.country_source) == (None, None)


def test_an_installed_table_that_is_gone_or_damaged_never_fails(
    files, tmp_path, installed, install
):
    install(files.country_mmdb(tmp_path / "c.mmdb"), files.asn_mmdb(tmp_path / "a.mmdb"))
    country, network = installed.record().tables
    (installed.folder / country.folder / "table.mmdb").write_bytes(b"rubbish")
    (installed.folder / network.folder).rename(tmp_path / "away")
    geo = Geo(installed=installed)
    assert geo.lookup(CHINA).country_source == "DB-IP Country Lite, 2026-06-01"
    assert [fault.split(": ")[0] for fault in geo.faults] == [
        "GeoLite2 Country, 2026-11-01, installed", "GeoLite2 ASN, 2026-11-01, installed",
    ]  # fmt: skip
    (installed.folder / "tables.json").write_text("{")
    assert "tables.json: cannot be read" in Geo(installed=installed).faults[0]


def test_an_installed_table_that_camscan_has_overtaken_is_named(
    files, tmp_path, installed, install
):
    install(files.country_mmdb(tmp_path / "c.mmdb", epoch=1_767_225_600))
    (fault,) = Geo(installed=installed).faults
    assert fault.startswith("GeoLite2 Country, 2026-01-01 is installed and older than")


def test_an_own_file_that_cannot_be_read_is_a_source_error(tmp_path):
    with pytest.raises(SourceError, match=r"x\.mmdb"):
        Geo([tmp_path / "x.mmdb"])


def test_installed_tables_are_found_in_the_data_folder(files, tmp_path, monkeypatch, install):
    install(files.country_mmdb(tmp_path / "c.mmdb"))
    monkeypatch.setattr("platformdirs.user_data_dir", lambda name: str(tmp_path))
    assert Geo().sources[0].label == "GeoLite2 Country, 2026-11-01"
    assert Geo.embedded().sources[0].label == "DB-IP Country Lite, 2026-06-01"
