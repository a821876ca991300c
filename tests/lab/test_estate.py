"""Dealing devices over sites, and the ground truth that comes of it."""

from __future__ import annotations

import pytest

from camscan.errors import DataError
from camscan.lab.estate import Site, populate

SITES = (Site("a", (0, 1)), Site("b", (2, 3)))


def test_devices_are_dealt_over_the_subnets_in_turn() -> None:
    data = populate("x", SITES, [("pc-closed", 6)], seed=1, silent=(3,))
    assert [device.address("10.1") for device in data.devices] == [
        "10.1.0.10", "10.1.1.10", "10.1.2.10", "10.1.0.11", "10.1.1.11", "10.1.2.11",
    ]  # fmt: skip
    assert [device.site for device in data.devices] == ["a", "a", "b"] * 2
    assert data.subnets == (0, 1, 2, 3)


def test_pinned_devices_go_where_they_are_sent() -> None:
    data = populate("x", SITES, [], seed=1, pinned=[("lts-cmip", 2)])
    assert data.devices[0].address("10.1") == "10.1.2.10"


def test_a_device_may_play_the_gateway() -> None:
    data = populate("x", SITES, [], seed=1, gateway="router-draytek")
    assert [device.address("10.1") for device in data.devices] == ["10.1.0.1"]


def test_truth_names_class_maker_brand_and_model() -> None:
    data = populate("x", SITES, [("annke-c800", 1), ("unknown-631ga", 1)], seed=1)
    annke, unknown = data.truth("10.1").values()
    assert (annke.kind, annke.maker, annke.brand, annke.model) == (
        "camera", "hikvision", "annke", "I91BM",
    )  # fmt: skip
    assert annke.on_link
    assert (unknown.kind, unknown.maker, unknown.model) == ("camera", None, None)
    assert not unknown.on_link


def test_an_unknown_persona_is_named() -> None:
    with pytest.raises(DataError, match="no-such"):
        populate("x", SITES, [("no-such", 1)], seed=1)


def test_a_full_subnet_is_named() -> None:
    with pytest.raises(DataError, match="subnet 0 is full"):
        populate("x", (Site("a", (0,)),), [("pc-closed", 242)], seed=1)
