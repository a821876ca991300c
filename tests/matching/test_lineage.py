"""From brands to makers."""

from __future__ import annotations

import pytest

from camscan.matching.lineage import Lineage
from camscan.matching.support import Origin, Support


def says(attribute: str, value: str, points: int = 60, origin: Origin = Origin.BRAND) -> Support:
    return Support(
        attribute=attribute,
        value=value,
        key=value,
        points=points,
        group="g",
        rule="r",
        origin=origin,
        evidence=(),
    )


@pytest.fixture
def lineage(data) -> Lineage:
    return Lineage(data)


def makers(lineage: Lineage, brand: Support, *models: str) -> list[tuple[str, int, str]]:
    found, _ = lineage.supports([brand], [says("model", model) for model in models])
    return [(each.value, each.points, each.rule) for each in found]


def test_models_decide(lineage: Lineage) -> None:
    assert makers(lineage, says("brand", "shop"), "SH-1") == [("acme", 60, "oem.shop.acme.1")]
    assert makers(lineage, says("brand", "shop"), "XX", "SH-2") != []
    assert makers(lineage, says("brand", "shop"), "SX-1") == []
    assert makers(lineage, says("brand", "shop")) == []


def test_no_surer_than_the_brand_or_the_relation(lineage: Lineage) -> None:
    assert makers(lineage, says("brand", "shop", 30), "SH-1")[0][1] == 30
    assert makers(lineage, says("brand", "stall"))[0][1] == 30


def test_own_brand_of_a_maker(lineage: Lineage) -> None:
    assert makers(lineage, says("brand", "acmelite")) == [("acme", 60, "acme.brand.acmelite")]


def test_brand_from_its_prefix_alone_leads_nowhere(lineage: Lineage) -> None:
    for brand in ("stall", "acmelite"):
        assert makers(lineage, says("brand", brand, 30, Origin.OUI)) == []
    assert makers(lineage, says("brand", "shop", 30, Origin.OUI), "SH-1")[0][:2] == ("acme", 30)


def test_relation_may_tell_the_class(lineage: Lineage) -> None:
    _, classes = lineage.supports([says("brand", "shop")], [says("model", "SH-1")])
    assert [each.value for each in classes] == ["camera"]
