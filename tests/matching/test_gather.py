"""Supports out of evidence: placeholders, brands by name, MACs inside of values."""

from __future__ import annotations

import pytest

from camscan.matching.data import DataRoot
from camscan.matching.gather import Gatherer, slug
from camscan.matching.load import load
from camscan.model.evidence import Evidence
from tests.shipped import shipped_data

BRAND = """
[[rule]]
id = "onvif.onvif.manufacturer.name"
field = "onvif.manufacturer"
regex = '^(?P<brand>.+)$'
strength = "medium"
examples = [{ text = "Acme", brand = "Acme" }]
source = ["standard: ONVIF"]

[[rule]]
id = "onvif.wsd.scope.mac"
field = "wsd.scope"
regex = '/MAC/(?P<mac>.+)$'
strength = "medium"
examples = [{ text = "onvif://www.onvif.org/MAC/001122000000", mac = "001122000000" }]
source = ["standard: ONVIF"]
"""


@pytest.fixture
def gather(make_root):
    """(attribute, key, points, rule) of everything that one field's value says."""
    anchor = '[[rule]]\nid = "onvif.wsd.types.nvt"'
    root = make_root({"platforms/onvif.toml": (anchor, BRAND + anchor)})
    gatherer = Gatherer(load(DataRoot(base=root)))

    def run(field: str, value: str) -> list[tuple[str, str, int, str]]:
        evidence = [Evidence(target="t", field=field, value=value, method="x")]
        supports = gatherer.supports(evidence, gatherer.hits(evidence))
        return [(each.attribute, each.key, each.points, each.rule) for each in supports]

    return run


def test_brand_by_name_or_id(gather) -> None:
    for text in ("Shop", "SHOP", " shop "):
        assert gather("onvif.manufacturer", text)[0][:2] == ("brand", "shop")


def test_unknown_brand_gets_an_id(gather) -> None:
    assert gather("onvif.manufacturer", "Foo & Bar Ltd.")[0][1] == "foo-bar-ltd"
    assert slug("Foo  Bär!") == "foo-bär"


def test_placeholder_brand_is_dropped(gather) -> None:
    assert gather("onvif.manufacturer", "IPCAM") == []
    assert gather("onvif.manufacturer", "!!") == []


def test_mac_inside_a_value_gives_address_and_owner(gather) -> None:
    assert gather("wsd.scope", "onvif://www.onvif.org/MAC/00-11-22-AA-BB-01") == [
        ("mac", "00:11:22:aa:bb:01", 30, "onvif.wsd.scope.mac"),
        ("maker", "acme", 30, "acme.oui.001122"),
    ]
    assert gather("wsd.scope", "onvif://www.onvif.org/MAC/none") == []


def test_mac_fields(gather) -> None:
    assert gather("mac.oui", "00:11:22") == [("maker", "acme", 30, "acme.oui.001122")]
    assert [row[:3] for row in gather("wsd.endpoint_mac", "00:11:22:00:00:05")] == [
        ("mac", "00:11:22:00:00:05", 30),
        ("maker", "acme", 30),
    ]
    assert gather("mac.address", "rubbish") == []
    assert gather("mac.address", "00:00:00:00:00:00") == []


def test_what_a_device_tells_its_makers_inquiry(gather) -> None:
    assert gather("sadp.mac", "00:11:22:00:00:05") == [
        ("mac", "00:11:22:00:00:05", 60, "sadp.mac"),
        ("maker", "acme", 30, "acme.oui.001122"),
    ]
    assert gather("tvt.serial", "AB12") == [("serial", "ab12", 10, "tvt.serial")]
    assert gather("ubnt.model", "X 1") == [("model", "x 1", 10, "ubnt.model")]
    assert gather("xm.firmware", "V1") == [("firmware", "v1", 10, "xm.firmware")]
    for field, value in (("sadp.mac", "none"), ("sadp.serial", "123456"), ("xm.model", "IPC")):
        assert gather(field, value) == []


def test_an_endpoint_that_ends_in_a_known_prefix_is_a_hint() -> None:
    gatherer = Gatherer(shipped_data())

    def makers(value: str) -> set[str]:
        item = Evidence(target="10.0.0.1", field="wsd.endpoint", value=value, method="wsd")
        return {s.value for s in gatherer.supports([item], []) if s.attribute == "maker"}

    assert makers("urn:uuid:2419d68a-2dd2-21b2-a205-C056E3000001") == {"hikvision"}
    assert makers("urn:uuid:2419d68a-2dd2-41b2-a205-C056E3000001") == set(), "random UUID"
    assert makers("urn:uuid:2419d68a-2dd2-21b2-a205-000000000001") == set()
    assert makers("not a uuid") == set()
