from __future__ import annotations

from datetime import date

import msgspec
import pytest

from camscan.errors import DataError
from camscan.lists.kev import Catalogue
from camscan.lists.load import read_lists, with_catalogue


def test_everything_shipped_is_loaded(data):
    assert {each.id for each in data.lists} == {
        "uk-hcws386",
        "uk-debarment",
        "uk-bscc-survey",
        "us-ndaa-889",
        "us-fcc-covered",
        "us-entity-list",
        "us-1260h",
        "au-2023",
        "ca-hikvision-2025",
        "eu-csa2",
    }
    assert data.lists[0].id == "uk-hcws386"
    assert len(data.advisories) >= 50
    assert {each.of for each in data.ends} >= {"nuuo", "d-link", "zavio"}
    assert {each.of for each in data.addresses} >= {"hikvision", "dahua", "axis"}
    assert {each.brand or each.maker for each in data.affiliates} >= {"ezviz", "imou", "hikrobot"}


def test_the_files_are_part_of_the_data_version(shipped):
    from camscan.matching.data import data_files, data_root, data_version
    from camscan.matching.load import LIST_KINDS

    files = data_files(data_root())
    without = tuple(file for file in files if file.kind not in LIST_KINDS)
    assert len(files) - len(without) == len(shipped.list_files) >= 40
    digest = data_version(without, "v", "d").sha256
    assert digest != data_version(files, "v", "d").sha256


def test_an_id_stands_once(shipped):
    (file,) = [each for each in shipped.list_files if each.name == "lists/us-1260h.toml"]
    twin = msgspec.structs.replace(file, name="lists/twin.toml")
    with pytest.raises(DataError, match="us-1260h is already in"):
        read_lists([file, twin], shipped)


def test_a_newer_catalogue_makes_a_cve_known_exploited(data):
    newer = Catalogue(version="2026.11.27", added={"CVE-2026-0629": date(2026, 11, 1)})
    found = {each.id: each for each in with_catalogue(data, newer).advisories}
    vigi = found["CVE-2026-0629"]
    assert (vigi.kind, vigi.kev_added) == ("known-exploited", date(2026, 11, 1))
    assert vigi.source[0] == "kev: catalogue 2026.11.27"
    assert found["CVE-2017-7921"].kev_added == date(2026, 3, 5), "kept, though the file lacks it"
    before = {each.id: each for each in data.advisories}
    assert before["CVE-2026-0629"].kind == "unscored"
