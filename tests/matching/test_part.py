"""One file by itself."""

from __future__ import annotations

import pytest

from camscan.errors import DataError
from camscan.matching.data import DataFile
from camscan.matching.part import read_part


def part(name: str, text: str):
    return read_part(DataFile(name=name, content=text.encode()))


def test_oem_names_its_brands() -> None:
    loaded = part(
        "oem.toml",
        """
[[relation]]
brand = "b"
brand_name = "B"
brand_country = "DE"
maker = "m"
kind = "oem"
confidence = "weak"
until = 2020-01-01
source = ["manual: x"]

[[relation]]
brand = "b"
brand_name = "B"
maker = "n"
kind = "oem"
confidence = "weak"
source = ["manual: x"]
""",
    )
    assert [(brand.id, brand.country) for brand in loaded.brands] == [("b", "DE")]
    assert [relation.id for relation in loaded.relations] == ["oem.b.m.1", "oem.b.n.2"]
    assert loaded.relations[0].until == "2020-01-01"


def test_missing_head_is_named() -> None:
    with pytest.raises(DataError, match=r"software/x.toml: .*unknown field `x`"):
        part("software/x.toml", "x = 1")


def test_prefix_of_another_notation() -> None:
    head = "[maker]\nid='x'\nname='X'\ncountry='GB'\nreviewed=2026-01-01\nsources=['manual: x']\n"
    oui = "[[oui]]\nprefix='C4-2F-90'\nowner='maker'\nsource=['ieee: x']\n"
    assert part("makers/x.toml", head + oui).ouis[0].prefix == "c4:2f:90"
