"""Firms and prefixes."""

from __future__ import annotations

from camscan.matching.entity import Oui


def test_id_of_a_prefix_names_its_owner() -> None:
    def name(**owner: str | None) -> str:
        known = {"owner": "module", "maker": None, "brand": None} | owner
        return Oui(prefix="00:11:22:3", file="f", source=("ieee: x",), **known).id

    assert name() == "module.oui.0011223"
    assert name(owner="maker", maker="acme") == "acme.oui.0011223"
    assert name(owner="brand", brand="shop") == "shop.oui.0011223"


def test_own_brands_know_their_maker(data) -> None:
    assert data.brands["acme"].maker == "acme"
    assert data.brands["shop"].maker is None
    assert data.makers["acme"].maker is None
