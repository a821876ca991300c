"""One fault each, and the shipped data has none."""
# ruff: noqa: E501 - the table of faults reads best with one fault a line

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from camscan.lists.lint import lint
from camscan.matching.data import DataRoot

CHECKOUT = Path(__file__).parents[2] / "fingerprints"
TODAY = date(2026, 11, 28)
HIK = "advisories/hikvision.toml"
FCC = "lists/us-fcc-covered.toml"
UK = "lists/uk-hcws386.toml"
NUUO = "lifecycle/nuuo.toml"
HOMES = "defaults/addresses.toml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the data with the makers that lists speak of."""
    place = tmp_path_factory.mktemp("data") / "fingerprints"
    shutil.copytree(CHECKOUT, place)
    return place


@pytest.fixture
def codes(folder):
    """Lint with one text replaced: (file, rule, code) of every problem."""
    changed: list[tuple[Path, str]] = []

    def run(name, old, new):
        path = folder / name
        before = path.read_text("utf-8")
        assert old in before
        changed.append((path, before))
        path.write_text(before.replace(old, new, 1), "utf-8")
        return [(p.file, p.rule, p.code) for p in lint(DataRoot(base=folder), today=TODAY)]

    yield run
    for path, before in changed:
        path.write_text(before, "utf-8")


def test_shipped_data_is_clean():
    assert lint(today=TODAY) == ()


@pytest.mark.parametrize(
    ("name", "old", "new", "rule", "code"),
    [
        (HIK, 'id = "CVE-2017-7921"', 'id = "CVE-17-7921"', "CVE-17-7921", "bad-cve"),
        (HIK, "kev_added = 2026-03-05", "", "CVE-2017-7921", "kev"),
        (HIK, "kev_added = 2026-03-05", "kev_added = 2019-03-05", "CVE-2017-7921", "bad-date"),
        (HIK, "kev_added = 2026-03-05", "kev_added = 2036-03-05", "CVE-2017-7921", "bad-date"),
        (HIK, 'kind = "high"', 'kind = "critical"', "CVE-2025-66177", "score"),
        (HIK, 'kind = "high"', 'kind = "unscored"', "CVE-2025-66177", "score"),
        (HIK, '"kev: catalogue', '"hearsay: catalogue', "CVE-2017-7921", "source-kind"),
        (HIK, 'first = "V5.2.0 build 140721"', 'first = "five"', "CVE-2017-7921", "bad-bound"),
        (HIK, "models = '^DS-2CD2\\d{2}2F-I'", "models = 'DS-2CD2\\d{2}2F-I'", "CVE-2017-7921", "regex"),
        (HIK, "models = '^DS-2CD2\\d{2}2F-I'", "models = '^DS-(2CD2'", "CVE-2017-7921", "regex"),
        (HIK, 'last = "V5.4.0 build 160530"', 'last = "V5.2.5 build 141201"', "CVE-2017-7921", "example-missed"),
        (HIK, 'last = "V5.4.0 build 160530"', 'last = "V5.9.0 build 260530"', "CVE-2017-7921", "not-example-hit"),
        (HIK, 'last = "V5.4.0 build 160530"', 'last = "V5.4.0 build 160530"\nevery = true', "CVE-2017-7921", "bounds"),
        (HIK, 'title = "Improper authentication"', 'title = "A backdoor"', "CVE-2017-7921", "forbidden-word"),
        (HIK, "reviewed = 2026-11-27", "reviewed = 2036-11-27", "CVE-2017-7921", "bad-date"),
        ("advisories/digiever.toml", 'name = "Digiever"', "", "CVE-2023-52163", "unknown-maker"),
        ("advisories/amcrest.toml", 'brand = "amcrest"', 'brand = "amcreest"', "CVE-2020-5735", "unknown-maker"),
        ("advisories/avtech.toml", "older = true", "older = true\nevery = true", "CVE-2024-7029", "bounds"),
        (FCC, 'id = "us-fcc-covered"', 'id = "fcc"', "fcc", "file-name"),
        (FCC, 'jurisdiction = "US"', 'jurisdiction = "XX"', "us-fcc-covered", "unknown-country"),
        (FCC, 'outside_uk = "no UK effect"', 'outside_uk = "none"', "us-fcc-covered", "outside-uk"),
        (FCC, 'names = "companies"', 'names = "nobody"', "us-fcc-covered", "names"),
        (FCC, "({listed})", "({since})", "us-fcc-covered", "wording"),
        (FCC, "({entity})", "", "us-fcc-covered", "wording"),
        (FCC, 'maker = "hikvision"', 'maker = "hikvison"', "us-fcc-covered", "unknown-maker"),
        (FCC, "listed = 2021-03-12", "listed = 2031-03-12", "us-fcc-covered", "bad-date"),
        (FCC, "does not prohibit use", "is no safe harbour", "us-fcc-covered", "forbidden-word"),
        (UK, 'countries = ["CN"]', 'countries = ["XX"]', "uk-hcws386", "unknown-country"),
        (UK, "{ tp-link =", "{ tplink =", "uk-hcws386", "unknown-maker"),
        ("lists/affiliates.toml", 'brand = "imou"', 'brand = "imuo"', "Imou (Hangzhou Huacheng Network Technology)", "unknown-maker"),
        ("lists/affiliates.toml", 'brand = "imou"', 'brand = "imou"\nmaker = "dahua"', "Imou (Hangzhou Huacheng Network Technology)", "affiliate"),
        (NUUO, 'of = "nuuo"', 'of = "nuoo"', "nuuo.nvrmini-nvrsolo", "file-name"),
        (NUUO, 'of = "nuuo"', 'of = "nuoo"', "nuuo.nvrmini-nvrsolo", "unknown-maker"),
        (NUUO, 'id = "nuuo.', 'id = "nvr.', "nvr.nvrmini-nvrsolo", "bad-id"),
        (NUUO, "models = '^", "models = '", "nuuo.nvrmini-nvrsolo", "regex"),
        (NUUO, "models = '^NVR", "models = '^XVR", "nuuo.nvrmini-nvrsolo", "example-missed"),
        (NUUO, '["NVRtitan"]', '["NVRsolo"]', "nuuo.nvrmini-nvrsolo", "not-example-hit"),
        (NUUO, '["NVRtitan"]', "[]", "nuuo.nvrmini-nvrsolo", "no-example"),
        (NUUO, "reviewed = 2026-11-27", "reviewed = 2036-11-27", "nuuo.nvrmini-nvrsolo", "bad-date"),
        (NUUO, "end-of-life letter", "letter of compliance", "nuuo.nvrmini-nvrsolo", "forbidden-word"),
        (NUUO, '"kev: cat', '"hearsay: cat', "nuuo.nvrmini-nvrsolo", "source-kind"),
        (NUUO, "models = '^NVR(", "models = '^NVR((", "", "load"),
        (HOMES, 'of = "dahua"', 'of = "dahau"', "dahau", "unknown-maker"),
        (HOMES, 'source = ["https:', 'source = ["hearsay:', "dahua", "source-kind"),
        (HOMES, "192.168.1.108", "8.8.8.8", "", "load"),
        (FCC, "[list]", "[liste]", "", "load"),
        (FCC, 'weight = "measure"', 'weight = "ban"', "", "load"),
    ],
)  # fmt: skip
def test_one_fault_each(codes, name, old, new, rule, code):
    assert (name, rule, code) in codes(name, old, new)


def test_a_source_is_needed(codes, folder):
    path = folder / "lists/affiliates.toml"
    source = next(x for x in path.read_text("utf-8").splitlines() if x.startswith("source"))
    rule = "EZVIZ (Hangzhou Ezviz Software)"
    assert ("lists/affiliates.toml", rule, "source") in codes("lists/affiliates.toml", source, "")
