"""Counts of makers and fields, and the words for what is thin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from camscan.matching.coverage import coverage, families
from camscan.matching.data import DataRoot
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.load import load

OUI_ONLY = """
[maker]
id = "dim"
name = "Dim"
country = "DE"
reviewed = 2026-03-01
sources = ["ieee: registry"]

[[oui]]
prefix = "00:dd:ee"
owner = "maker"
source = ["ieee: registry"]
"""
WEAK = """
[maker]
id = "frail"
name = "Frail"
country = "DE"
reviewed = 2026-03-01
sources = ["manual: Frail guide"]

[[rule]]
id = "frail.http.title.frail"
field = "http.title"
equals = "Frail"
strength = "strong"
strengths = { maker = "weak" }
asserts = { maker = "frail" }
examples = ["Frail"]
source = ["manual: Frail guide"]
"""


def test_a_maker_with_everything(data: Fingerprints) -> None:
    found = {maker.id: maker for maker in coverage(data).makers}
    assert list(found) == ["acme", "bolt"]
    acme = found["acme"]
    assert acme.fields == {
        "http.server": 1,
        "http.title": 1,
        "rtsp.sdp": 1,
        "rtsp.www_authenticate": 1,
        "wsd.scope": 1,
    }
    assert (acme.rules, acme.strong, acme.examples, acme.counter_examples) == (5, 4, 5, 1)
    assert (acme.models, acme.firmware, acme.ouis) == (2, 1, 1)
    assert (acme.relations, acme.destinations) == (1, 1)
    assert acme.classes == ("recorder", "camera")
    assert acme.thin == ("few examples",)
    assert found["bolt"].thin == ("few examples", "no firmware grammar")


def test_what_is_thin(make_root: Callable[..., Path]) -> None:
    root = make_root({"makers/dim.toml": OUI_ONLY, "makers/frail.toml": WEAK})
    found = {maker.id: maker for maker in coverage(load(DataRoot(base=root))).makers}
    assert found["dim"].thin == (
        "OUI only",
        "no model grammar",
        "no firmware grammar",
        "no class",
    )
    assert found["frail"].thin == (
        "no strong rule",
        "one field only",
        "few examples",
        "no model grammar",
        "no firmware grammar",
        "no class",
    )


def test_a_rule_of_another_file_counts_for_the_maker_that_it_names(
    make_root: Callable[..., Path],
) -> None:
    pair = ('asserts = { brand = "shop" }', 'asserts = { brand = "shop", maker = "bolt" }')
    shop = make_root({"brands/shop.toml": [pair]})
    bolt = coverage(load(DataRoot(base=shop))).makers[1]
    assert bolt.fields["http.title"] == 2


def test_totals(data: Fingerprints) -> None:
    totals = coverage(data).totals
    assert totals.makers == totals.thin_makers == 2
    assert totals.rules == len(data.rules) == sum(totals.fields.values())
    assert totals.examples == sum(len(rule.examples) for rule in data.rules)
    assert "tls.subject" in totals.unused_fields
    assert "http.server" not in totals.unused_fields
    assert (totals.ouis, totals.relations, totals.destinations) == (4, 2, 1)


def test_protocols() -> None:
    assert families({"http.server": 2, "http.title": 1, "sadp.model": 4}) == {"http": 3, "sadp": 4}
    assert families({}) == {}


def test_of_the_shipped_data_adds_up() -> None:
    data = load()
    found = coverage(data)
    assert len(found.makers) == sum(1 for maker in data.makers.values() if maker.reviewed)
    assert all(sum(maker.fields.values()) == maker.rules for maker in found.makers)
