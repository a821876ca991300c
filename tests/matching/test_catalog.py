"""Rows and single tables for people to look at."""

from __future__ import annotations

import pytest

from camscan.matching.catalog import KINDS, belongings, find, rows, summary


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_rows_with_equal_columns(data, kind: str) -> None:
    found = rows(data, kind)
    assert found
    assert len({tuple(row) for row in found}) == 1


def test_vendors_of_software_are_not_listed_as_makers(data) -> None:
    assert [row["id"] for row in rows(data, "makers")] == ["acme", "bolt"]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("acme", "maker"),
        ("shop", "brand"),
        ("onvif", "platform"),
        ("inkjet", "software"),
        ("acme.http.server.web", "rule"),
        ("acme.model.camera", "model grammar"),
        ("acme.firmware.build", "firmware grammar"),
        ("acme.oui.001122", "MAC prefix"),
        ("oem.shop.acme.1", "relation"),
        ("acme.cloud", "destination"),
    ],
)
def test_everything_is_found_by_its_id(data, name: str, what: str) -> None:
    assert find(data, name)[0] == what


def test_belongings_of_a_maker(data) -> None:
    found = belongings(data, "maker", "acme")
    assert found["prefixes"] == ["00:11:22"]
    assert found["relations"] == ["oem.shop.acme.1"]
    assert found["destinations"] == ["acme.cloud"]
    assert belongings(data, "rule", "acme") == {}


def test_nothing_and_summary(data) -> None:
    assert find(data, "nobody") is None
    assert summary(data).startswith("2 makers, 4 brands, 1 platforms, 1 software products")
