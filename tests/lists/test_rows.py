from __future__ import annotations

from camscan.config import ListsConfig
from camscan.lists.rows import (
    WHAT_A_LIST_IS,
    advisory_rows,
    by_policy,
    list_document,
    list_rows,
)


def stands(data, maker):
    return {row["list"]: row["stands"] for row in list_rows(data, maker)}


def test_all_lists_with_their_dates(data):
    rows = list_rows(data)
    assert [row["list"] for row in rows] == [each.id for each in data.lists]
    fcc = next(row for row in rows if row["list"] == "us-fcc-covered")
    assert (fcc["dated"], fcc["data"], fcc["names"]) == ("2021-03-12", "2026-08-20", 7)
    names = {row["list"]: row["names"] for row in rows}
    assert names["uk-hcws386"] == "nobody"
    assert names["uk-debarment"] == "not in this data"


def test_what_the_lists_say_of_a_maker_or_brand(data):
    assert stands(data, "uniview")["us-entity-list"] == "named"
    assert stands(data, "ezviz")["us-fcc-covered"] == "subsidiary-or-affiliate"
    assert stands(data, "axis")["us-fcc-covered"] == "not-named"
    assert stands(data, "honeywell")["us-fcc-covered"] == "unknown", "its makers are several"
    assert set(stands(data, "nobody-known").values()) == {"unknown"}


def test_one_list_in_full(data):
    found = list_document(next(each for each in data.lists if each.id == "us-ndaa-889"))
    assert found["binds"].startswith("US federal agencies")
    assert len(found["entities"]) == 5
    assert all(entity["source"] for entity in found["entities"])
    assert found["events"][0]["date"] == "2018-08-13"


def test_advisories_of_one_maker(data):
    rows = advisory_rows(data, "edimax")
    assert [row["advisory"] for row in rows] == ["CVE-2025-1316"]
    assert rows[0]["kev_added"] == "2025-03-19"
    assert len(advisory_rows(data)) == len(data.advisories)


def test_what_a_list_is():
    assert "US measures do not bind UK bodies" in WHAT_A_LIST_IS


def test_rows_by_the_users_policy(data):
    rows = list_rows(data)
    assert by_policy(rows, data, ListsConfig()) is rows
    found = by_policy(list_rows(data), data, ListsConfig(use=("au-2023",)))
    assert [(row["list"], row["counts"]) for row in found][:2] == [
        ("au-2023", "yes"),
        ("uk-hcws386", "no"),
    ]
    assert len(found) == len(rows)
