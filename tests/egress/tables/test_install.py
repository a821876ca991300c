import gzip
import hashlib
import tarfile
from datetime import UTC, date, datetime
from ipaddress import ip_address

import pytest

from camscan.egress.tables.install import Offer, check, refuse_older
from camscan.errors import SourceError, UsageError


@pytest.fixture
def checked(tmp_path, now):
    count = iter(range(100))

    def run(path, *, name=None, day=None, at=now):
        place = tmp_path / f"made-{next(count)}"
        return check(Offer(path, name or path.name, name or path.name, day), place, at)

    return run


def test_an_mmdb_packed_or_not(files, tmp_path, checked):
    plain = files.country_mmdb(tmp_path / "GeoLite2-Country.mmdb")
    packed = tmp_path / "x.mmdb.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    archive = tmp_path / "GeoLite2-Country_20261101.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(plain, "GeoLite2-Country_20261101/GeoLite2-Country.mmdb")
    digest = hashlib.sha256(plain.read_bytes()).hexdigest()
    for path in (plain, packed, archive):
        found = checked(path)
        source = found.entry.source
        assert (source.label, source.gives) == ("GeoLite2 Country, 2026-11-01", ("country",))
        assert (source.sha256, found.entry.file) == (digest, path.name)
        assert found.entry.folder == f"country-{digest[:16]}"
        assert [entry.name for entry in found.place.iterdir()] == ["table.mmdb"]
        assert [str(test) for test in found.tests] == ["country: 34 of 34 known addresses right"]


def test_both_facts_of_one_file_are_tested(files, tmp_path, checked):
    found = checked(files.ipinfo_mmdb(tmp_path / "ipinfo_lite.mmdb"))
    assert [test.what for test in found.tests] == ["country", "network"]
    assert found.entry.source.licence == "CC BY-SA 4.0"


@pytest.mark.parametrize(
    "make, name, label, gives",
    [
        ("dbip_country_csv", "dbip-country-lite-2026-11.csv.gz",
         "DB-IP Country Lite, 2026-11-01", ("country",)),
        ("dbip_asn_csv", "dbip-asn-lite-2026-11.csv", "DB-IP ASN Lite, 2026-11-01", ("network",)),
        ("ipinfo_csv", "ipinfo_lite_2026-11-25.csv.gz", "IPinfo Lite, 2026-11-25",
         ("country", "network")),
    ],
)  # fmt: skip
def test_csv_files_are_packed_and_dated_by_their_name(
    files, tmp_path, checked, make, name, label, gives
):
    found = checked(getattr(files, make)(tmp_path / name))
    source = found.entry.source
    assert (source.label, source.gives, found.entry.mmdb) == (label, gives, False)
    assert source.bytes == sum(entry.stat().st_size for entry in found.place.iterdir())
    assert all(entry.suffix == ".xz" for entry in found.place.iterdir())


def test_a_csv_without_a_date_needs_one(files, tmp_path, checked):
    path = files.ipinfo_csv(tmp_path / "ipinfo_lite.csv")
    with pytest.raises(UsageError, match=r"ipinfo_lite\.csv: neither file nor name says of when"):
        checked(path)
    assert checked(path, day=date(2026, 11, 26)).entry.source.date == "2026-11-26"
    with pytest.raises(UsageError):
        checked(path, name="ipinfo-2026-13-01.csv")


def test_what_is_not_the_world_or_is_wrong_is_refused(files, tmp_path, checked):
    part = files.write_mmdb(tmp_path / "p", [("129.67.0.0/16", {"country_code": "GB"})], kind="x")
    with pytest.raises(SourceError, match="1 of 34 known addresses right, 33 not in it"):
        checked(part)
    wrong = files.world(lambda known: {"country_code": "AQ"})
    with pytest.raises(SourceError, match=r"0 of 34 .* AQ, not GB.*Nothing was changed"):
        checked(files.write_mmdb(tmp_path / "w", wrong, kind="x"))
    (tmp_path / "text").write_text("hello\n")
    with pytest.raises(SourceError, match="neither MMDB nor a CSV"):
        checked(tmp_path / "text")


def test_a_file_cut_short_is_refused_under_its_own_name(files, tmp_path, checked):
    data = files.country_mmdb(tmp_path / "x.mmdb").read_bytes()
    (tmp_path / "cut.mmdb").write_bytes(data[:200] + data[260:])
    with pytest.raises(SourceError, match=r"^cut\.mmdb: "):
        checked(tmp_path / "cut.mmdb")
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(SourceError, match=r"^empty: "):
        checked(tmp_path / "empty")


def test_a_date_to_come_is_refused(files, tmp_path, checked):
    path = files.country_mmdb(tmp_path / "x")
    assert checked(path, at=datetime(2026, 10, 31, tzinfo=UTC))
    with pytest.raises(SourceError, match="of 2026-11-01, which is to come"):
        checked(path, at=datetime(2026, 10, 29, tzinfo=UTC))


def test_older_than_what_is_in_use_is_refused(files, tmp_path, checked, installed):
    january = checked(files.country_mmdb(tmp_path / "j", epoch=1_767_225_600))
    with pytest.raises(UsageError, match="older than DB-IP Country Lite, 2026-06-01"):
        refuse_older([january], installed)
    november = checked(files.country_mmdb(tmp_path / "n"))
    refuse_older([november], installed)
    with installed.workplace():
        installed.install([(november.entry, november.place)])
    september = checked(files.country_mmdb(tmp_path / "s", epoch=files.SEPTEMBER))
    with pytest.raises(UsageError, match="older than GeoLite2 Country, 2026-11-01"):
        refuse_older([september], installed)
    network = checked(files.asn_mmdb(tmp_path / "a", epoch=files.SEPTEMBER))
    refuse_older([network], installed)


def test_an_installed_csv_answers(files, tmp_path, checked, installed):
    made = checked(files.ipinfo_csv(tmp_path / "ipinfo_lite_2026-11-25.csv"))
    with installed.workplace():
        installed.install([(made.entry, made.place)])
    (table,), faults = installed.open()
    assert faults == ()
    fact = table.find(ip_address("129.67.242.154"))
    assert (fact.country, fact.asn, fact.organisation) == ("GB", 786, fact.organisation)
    assert fact.organisation in {"University of Oxford", "University of Cambridge", "Jisc"}
