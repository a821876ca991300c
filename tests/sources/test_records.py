import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.records import Form, walk

FORM = Form("<", 8, 4, 8, 0, 1000, 1, 0)


def record(body, kind=6, order="<", length=None):
    return struct.pack(f"{order}II", kind, len(body) if length is None else length) + body


@pytest.mark.parametrize("order", ["<", ">"])
def test_records_follow_each_other(order):
    form = FORM._replace(order=order)
    data = b"--" + b"".join(record(b"x" * size, order=order) for size in (3, 0, 900))
    assert walk(data, 2, len(data), form) == ([2, 13, 21], len(data))
    assert form.length(data, 13) == 8


def test_the_last_record_must_be_whole():
    data = record(b"abc") + record(b"abcd")
    assert walk(data, 0, len(data) - 1, FORM) == ([0], 11)
    assert walk(data, 0, 15, FORM) == ([0], 11)
    assert walk(data, 0, 11, FORM) == ([0], 11)


def test_what_a_record_cannot_be():
    data = record(b"abcd") + record(b"abcd", 7) + record(b"", length=1001)
    assert walk(data, 0, len(data), FORM) == ([0, 12], 24)
    assert walk(data, 0, len(data), FORM._replace(kind=6)) == ([0], 12)
    assert walk(data, 0, len(data), FORM._replace(least=5)) == ([], 0)
    data = record(b"abcd") + record(b"abc") + record(b"abcd")
    assert walk(data, 0, len(data), FORM._replace(whole=4)) == ([0], 12)


def test_a_goal_ends_the_way():
    data = record(b"abcd") * 5
    assert walk(data, 0, len(data), FORM, 24) == ([0, 12], 24)
    assert walk(data, 0, len(data), FORM, 25) == ([0, 12, 24], 36)


@given(st.binary(max_size=300), st.sampled_from([None, 0, 1]), st.integers(0, 8))
def test_fuzz_any_bytes_end(data, kind, plus):
    form = Form("<", 8, 4, plus, 0 if plus else 1, 60, 1, 0, kind)
    places, following = walk(data, 0, len(data), form)
    assert [*places, following] == sorted({*places, following})
    assert following <= max(0, len(data))
