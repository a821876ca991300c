"""Rows and single tables for people to look at."""

from __future__ import annotations

import pytest

from camscan.matching.catalog import KINDS, belongings, find, rows, summary
from camscan.matching.data import DataRoot
from camscan.matching.load import load

P2P = """
[egress]
maker = "acme"
reviewed = 2026-11-27

[[library]]
id = "acme.p2p"
name = "Acme P2P"
ports = ["udp/9000"]
first = [{ transport = "udp", hex = "ac3e" }]
breaks = "x"
examples = [{ port = "udp/9000", hex = "ac3e" }]
source = ["manual: Acme guide"]

[[service]]
id = "clock.x"
role = "clock"
name = "X"
domains = ["clock.example"]
source = ["manual: Acme guide"]
"""


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


def test_libraries_and_public_services(make_root) -> None:
    data = load(DataRoot(base=make_root({"egress/p2p-acme.toml": P2P})))
    purposes = {row["id"]: (row["purpose"], row["domains"]) for row in rows(data, "destinations")}
    assert purposes["acme.p2p"] == ("p2p library", "udp/9000")
    assert purposes["clock.x"] == ("public clock", "clock.example")
    assert find(data, "acme.p2p")[0] == "P2P library"
    assert find(data, "clock.x")[0] == "public service"
    assert belongings(data, "maker", "acme")["libraries"] == ["acme.p2p"]
