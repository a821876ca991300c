"""MAC addresses in any notation; the longest prefix; addresses that name nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.matching.entity import Oui
from camscan.matching.mac import OuiTable, is_universal, mac_digits


def oui(prefix: str, maker: str) -> Oui:
    return Oui(prefix=prefix, owner="maker", maker=maker, brand=None, file="f", source=("ieee: x",))


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("C4-2F-90-00-00-01", "c42f90000001"),
        ("c42f.9000.0001", "c42f90000001"),
        ("c42f90000001", "c42f90000001"),
        ("c4:2f:90", "c42f90"),
        ("c4:2f", None),
        ("c4:2f:90:xx:xx:xx", None),
        ("", None),
    ],
)
def test_notations(text: str, digits: str | None) -> None:
    assert mac_digits(text) == digits


def test_longest_prefix_wins() -> None:
    table = OuiTable([oui("c4:2f:90", "large"), oui("c4:2f:90:1", "small")])
    assert table.find("c42f90100000").maker == "small"
    assert table.find("c42f90200000").maker == "large"
    assert table.find("c42f90").maker == "large"
    assert table.find("c42f91000000") is None


@pytest.mark.parametrize("digits", ["c62f90000001", "c52f90000001", "ffffffffffff", "000000000000"])
def test_local_group_and_empty_addresses_name_nobody(digits: str) -> None:
    assert not is_universal(digits)
    assert OuiTable([oui("c6:2f:90", "x"), oui("00:00:00", "y")]).find(digits) is None


def test_prefix_has_an_id() -> None:
    assert oui("c4:2f:90", "acme").id == "acme.oui.c42f90"


@given(st.text(max_size=40))
def test_fuzz_digits(text: str) -> None:
    digits = mac_digits(text)
    assert digits is None or (digits.isascii() and 6 <= len(digits) <= 12)
