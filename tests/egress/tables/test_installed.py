import os

import pytest

from camscan.egress.tables.install import Offer, check
from camscan.egress.tables.installed import Installed, Record
from camscan.errors import LocalFaultError, StoreError


@pytest.fixture
def install(installed, now):
    def take(*paths):
        with installed.workplace() as place:
            made = [
                check(Offer(path, path.name, path.name), place / str(number), now)
                for number, path in enumerate(paths)
            ]
            return installed.install([(each.entry, each.place) for each in made])

    return take


def labels(entries):
    return [entry.source.label for entry in entries]


def folders(installed):
    return {entry.name for entry in installed.folder.iterdir() if entry.is_dir()}


def test_nothing_is_installed_at_first(installed):
    assert installed.record() == Record()
    assert installed.open() == ((), ())
    assert not installed.folder.exists()


def test_a_table_replaces_the_one_before_which_is_kept(files, tmp_path, installed, install):
    install(files.country_mmdb(tmp_path / "old", epoch=files.SEPTEMBER))
    record = install(files.country_mmdb(tmp_path / "new"))
    assert labels(record.tables) == ["GeoLite2 Country, 2026-11-01"]
    assert labels(record.before) == ["GeoLite2 Country, 2026-09-01"]
    assert installed.record() == record
    assert folders(installed) == {entry.folder for entry in (*record.tables, *record.before)}
    (table,) = installed.open()[0]
    assert (table.source.origin, table.source.label) == (
        "installed",
        "GeoLite2 Country, 2026-11-01",
    )


def test_only_what_the_new_ones_give_is_replaced(files, tmp_path, install):
    install(files.ipinfo_mmdb(tmp_path / "both"))
    record = install(files.country_mmdb(tmp_path / "country"))
    assert labels(record.tables) == ["GeoLite2 Country, 2026-11-01", "IPinfo Lite, 2026-11-01"]
    record = install(files.asn_mmdb(tmp_path / "asn"))
    assert labels(record.tables)[:1] == ["GeoLite2 ASN, 2026-11-01"]
    record = install(files.country_mmdb(tmp_path / "c2"), files.asn_mmdb(tmp_path / "a2"))
    assert labels(record.tables) == ["GeoLite2 Country, 2026-11-01", "GeoLite2 ASN, 2026-11-01"]


def test_back_and_forth_and_reset(files, tmp_path, installed, install):
    install(files.country_mmdb(tmp_path / "old", epoch=files.SEPTEMBER))
    install(files.country_mmdb(tmp_path / "new"))
    assert labels(installed.back().tables) == ["GeoLite2 Country, 2026-09-01"]
    assert labels(installed.back().tables) == ["GeoLite2 Country, 2026-11-01"]
    record = installed.reset()
    assert (labels(record.tables), labels(record.before)) == ([], ["GeoLite2 Country, 2026-11-01"])
    assert installed.reset() == record
    assert labels(installed.back().tables) == ["GeoLite2 Country, 2026-11-01"]
    assert len(installed.open()[0]) == 1


def test_the_same_file_twice(files, tmp_path, installed, install):
    path = files.country_mmdb(tmp_path / "x")
    install(path)
    record = install(path)
    assert len(record.tables) == 1
    assert folders(installed) == {record.tables[0].folder}
    assert installed.open()[1] == ()


def test_a_crash_before_the_record_is_swapped_changes_nothing(
    files, tmp_path, installed, install, monkeypatch
):
    before = install(files.country_mmdb(tmp_path / "old", epoch=files.SEPTEMBER))

    def full(descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(LocalFaultError, match="No space left on device"):
            install(files.country_mmdb(tmp_path / "new"))
    assert installed.record() == before
    assert labels(entry for entry in installed.record().tables) == ["GeoLite2 Country, 2026-09-01"]
    assert len(installed.open()[0]) == 1
    assert not list(installed.folder.glob(".new-*"))
    install(files.country_mmdb(tmp_path / "new"))
    assert len(folders(installed)) == 2


def test_a_damaged_record_is_said_and_reset_cures_it(installed):
    installed.folder.mkdir(parents=True)
    record = installed.folder / "tables.json"
    for text in ("{", '{"schema": "camscan.geo/9"}', '{"tables": 5}'):
        record.write_text(text)
        with pytest.raises(StoreError, match=r"tables\.json"):
            installed.record()
        tables, faults = installed.open()
        assert tables == ()
        assert "tables.json" in faults[0]
    installed.reset()
    assert installed.open() == ((), ())


def test_a_record_that_names_a_folder_elsewhere_is_not_followed(
    files, tmp_path, installed, install
):
    install(files.country_mmdb(tmp_path / "x"))
    record = installed.folder / "tables.json"
    (name,) = folders(installed)
    (installed.folder / name).rename(tmp_path / name)
    record.write_text(record.read_text().replace(f'"{name}"', f'"../../{name}"'))
    assert "is gone" in installed.open()[1][0]


def test_a_place_that_cannot_be_written_is_a_local_fault(tmp_path):
    (tmp_path / "file").write_text("")
    blocked = Installed(tmp_path / "file" / "geo")
    with pytest.raises(LocalFaultError, match="cannot be installed"), blocked.workplace():
        pass
    with pytest.raises(LocalFaultError, match="cannot be installed"):
        blocked.reset()


def test_the_default_is_the_users_data_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("platformdirs.user_data_dir", lambda name: str(tmp_path / name))
    assert Installed().folder == tmp_path / "camscan" / "geo"
