import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.egress.tables.fact import as_number, country_code, organisation_name


@pytest.mark.parametrize(
    "value, code",
    [("GB", "GB"), ("gb", "GB"), ("ZZ", None), ("EU", None), ("--", None), ("", None),
     ("GBR", None), ("é1", None), (None, None), (7, None), ("XK", "XK")],
)  # fmt: skip
def test_country_code(value, code):
    assert country_code(value) == code


@pytest.mark.parametrize(
    "value, number",
    [(13335, 13335), ("13335", 13335), ("AS13335", 13335), ("as13335 ", 13335), (0, None),
     ("AS0", None), ("AS", None), ("", None), (-1, None), (1 << 32, None), (True, None),
     ("9" * 5000, None), (None, None), (1.5, None), ("²", None)],
)  # fmt: skip
def test_as_number(value, number):
    assert as_number(value) == number


def test_a_name_is_one_bounded_line():
    assert organisation_name("A\nB\t C") == "A B C"
    assert organisation_name(" ") is None
    assert len(organisation_name("x" * 900)) == 200


@given(st.text() | st.integers() | st.none() | st.binary())
def test_fuzz_any_value(value):
    country_code(value)
    as_number(value)
    organisation_name(value)
