import contextlib
import lzma

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.egress.range_table import decode, encode
from camscan.errors import DataError


def test_ranges_and_gaps():
    table = decode(encode([(10, 19, "GB"), (20, 29, "CN"), (40, 40, "GB")], 4))
    found = {number: table.find(number) for number in (0, 9, 10, 19, 20, 29, 30, 39, 40, 41)}
    assert found == {
        0: None, 9: None, 10: "GB", 19: "GB", 20: "CN",
        29: "CN", 30: None, 39: None, 40: "GB", 41: None,
    }  # fmt: skip


def test_ends_of_the_space():
    table = decode(encode([(0, 0, "A"), (2**32 - 1, 2**32 - 1, "B")], 4))
    assert (table.find(0), table.find(1), table.find(2**32 - 1)) == ("A", None, "B")
    wide = decode(encode([(2**64 - 2, 2**64 - 1, "C")], 8))
    assert (wide.find(5), wide.find(2**64 - 1)) == (None, "C")


def test_neighbours_of_one_value_become_one_range():
    assert decode(encode([(0, 1, "A"), (2, 5, "A")], 4)).rows == 2


def test_overlap_is_refused():
    with pytest.raises(DataError, match="overlap"):
        encode([(0, 5, "A"), (5, 9, "B")], 4)


@pytest.mark.parametrize(
    "packed", [b"", b"junk", lzma.compress(b""), lzma.compress(b"CSR1" + b"\4\0\0\0\xff\0\0\0")]
)
def test_damaged_tables_are_data_errors(packed):
    with pytest.raises(DataError, match=r"geo\.xz"):
        decode(packed, "geo.xz")


@given(st.lists(st.integers(0, 2**32 - 1), unique=True, min_size=2, max_size=40))
def test_fuzz_round_trip(points):
    points.sort()
    pairs = list(zip(points[::2], points[1::2], strict=False))
    table = decode(encode([(a, b, f"v{a}") for a, b in pairs], 4))
    for first, last in pairs:
        assert table.find(first) == table.find(last) == f"v{first}"
        if last < 2**32 - 1 and all(last + 1 != other for other, _ in pairs):
            assert table.find(last + 1) is None


@given(st.binary(max_size=200))
def test_fuzz_damaged_bodies_are_data_errors_or_tables(body):
    with contextlib.suppress(DataError):
        decode(lzma.compress(b"CSR1" + body)).find(7)
