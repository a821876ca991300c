"""Every kind of match, told with its chain; what is not in the data is never "not on the list"."""

from __future__ import annotations

import pytest

from camscan.lists.match import MatchKind, match
from camscan.lists.procurement import HOME
from camscan.model.identity import Band

NAMED, AFFILIATE, OEM = MatchKind.NAMED, MatchKind.AFFILIATE, MatchKind.OEM
NOT_NAMED, UNKNOWN = MatchKind.NOT_NAMED, MatchKind.UNKNOWN


def kinds(device, data):
    return {found.list.id: found.kind for found in match(device, data)}


def one(device, data, name):
    return next(found for found in match(device, data) if found.list.id == name)


@pytest.mark.parametrize(
    ("maker", "brand", "name", "kind"),
    [
        ("hikvision", "hikvision", "us-ndaa-889", NAMED),
        ("hikvision", "hikvision", "us-fcc-covered", NAMED),
        ("hikvision", "hikvision", "us-entity-list", NAMED),
        ("hikvision", "hikvision", "us-1260h", NAMED),
        ("hikvision", "hikvision", "ca-hikvision-2025", NAMED),
        ("hikvision", "hilook", "us-ndaa-889", NAMED),
        ("hikvision", None, "us-ndaa-889", NAMED),
        ("hikvision", "ezviz", "us-ndaa-889", AFFILIATE),
        ("hikvision", "ezviz", "us-entity-list", NOT_NAMED),
        ("hikrobot", "hikrobot", "us-ndaa-889", AFFILIATE),
        ("hikrobot", "hikrobot", "us-1260h", NOT_NAMED),
        ("dahua", "imou", "us-fcc-covered", AFFILIATE),
        ("dahua", "amcrest", "us-ndaa-889", OEM),
        ("dahua", "amcrest", "ca-hikvision-2025", NOT_NAMED),
        ("hikvision", "lts", "us-entity-list", OEM),
        ("uniview", "uniview", "us-entity-list", NAMED),
        ("uniview", "uniview", "us-fcc-covered", NOT_NAMED),
        ("tiandy", "tiandy", "us-entity-list", NAMED),
        ("tiandy", "tiandy", "us-ndaa-889", NOT_NAMED),
        ("axis", "axis", "us-ndaa-889", NOT_NAMED),
        ("tp-link", "tapo", "us-1260h", UNKNOWN),
        ("tp-link", "vigi", "uk-hcws386", UNKNOWN),
        (None, None, "us-ndaa-889", UNKNOWN),
        (None, "honeywell", "us-ndaa-889", UNKNOWN),
        (None, "honeywell", "uk-bscc-survey", NAMED),
        ("hikvision", "hikvision", "uk-debarment", UNKNOWN),
        ("axis", "axis", "uk-debarment", UNKNOWN),
        ("hikvision", "hikvision", "uk-hcws386", NOT_NAMED),
        (None, None, "uk-hcws386", UNKNOWN),
    ],
)
def test_how_a_device_stands_to_a_list(make, data, maker, brand, name, kind):
    assert kinds(make(maker, brand), data)[name] is kind


def test_the_lists_of_the_united_kingdom_come_first(make, data):
    homes = [found.list.head.jurisdiction == HOME for found in match(make("axis"), data)]
    assert homes == sorted(homes, reverse=True)
    assert homes.count(True) == 3


def test_the_oem_chain_is_told_link_by_link(make, data):
    found = one(make("dahua", "amcrest"), data, "us-ndaa-889")
    assert found.chain == (
        "10.0.0.1 → brand Amcrest (confirmed; evidence e1, e2) → maker Dahua (confirmed; evidence"
        " e1, e2) → Dahua Technology Company → US NDAA FY2019 section 889 (2018-08-13)"
    )
    assert found.sentence.startswith("Sold as Amcrest; made by Dahua (confirmed). Amcrest itself:")
    assert "no legal effect on UK bodies" in found.sentence


def test_not_named_says_of_which_data_and_day(make, data):
    found = one(make("axis", "axis"), data, "us-fcc-covered")
    assert found.sentence == "No match in the data of US FCC Covered List of 2026-08-20."


def test_hcws386_names_nobody_and_is_context_for_makers_of_the_prc_alone(make, data):
    chinese = one(make("reolink", "reolink"), data, "uk-hcws386")
    assert chinese.context
    assert "names no company and places no obligation on local authorities" in chinese.sentence
    swedish = one(make("axis", "axis"), data, "uk-hcws386")
    assert not swedish.context
    assert swedish.sentence == "UK written statement HCWS386 names no company."


def test_an_entry_is_not_carried_over_to_a_subsidiary_where_the_list_does_not(make, data):
    found = one(make("hikvision", "ezviz"), data, "us-entity-list")
    assert "does not carry the entry over to subsidiaries" in found.sentence
    assert "2019-10-09" in found.sentence


def test_two_companies_of_one_name_stay_apart(make, data):
    found = one(make("tp-link", "tapo"), data, "us-1260h")
    assert found.entity is not None
    assert "TP-Link Systems Inc." in found.sentence
    assert "not determined" in found.sentence


@pytest.mark.parametrize("band", [Band.POSSIBLE, Band.UNKNOWN])
def test_a_maker_that_is_only_possible_leads_to_no_list(make, data, band):
    assert set(kinds(make("hikvision", "hikvision", band=band), data).values()) == {UNKNOWN}
    found = one(make("hikvision", "hikvision", band=band), data, "us-ndaa-889")
    assert found.sentence.startswith("The maker is only possibly Hikvision")


def test_every_list_from_abroad_says_what_it_is_to_uk_bodies(make, data):
    for found in match(make("hikvision", "hikvision"), data):
        if not found.list.home and found.kind is NAMED:
            assert "UK" in found.sentence
