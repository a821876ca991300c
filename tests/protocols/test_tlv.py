"""Type, length and value."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols.tlv import MOST, tlvs

VALUES = st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=20)), max_size=10)


def test_what_runs_past_the_end_ends_it() -> None:
    assert list(tlvs(b"\x01\x02ab\x02\x01c\x03\x09d", 1, 1)) == [(1, b"ab"), (2, b"c")]
    assert list(tlvs(b"\x00\x01\x00\x05x\x00\x02\x00\x03", 2, 2, counts_itself=True)) == [(1, b"x")]
    assert list(tlvs(b"", 2, 2)) == list(tlvs(b"\x01", 1, 1)) == []


def test_a_message_without_end_is_read_so_far() -> None:
    assert len(list(tlvs(bytes(10_000), 1, 1))) == MOST


@given(VALUES, st.booleans())
def test_what_was_written_is_read(values: list[tuple[int, bytes]], counts_itself: bool) -> None:
    data = b"".join(
        kind.to_bytes(2, "big") + (len(v) + 4 * counts_itself).to_bytes(2, "big") + v
        for kind, v in values
    )
    assert list(tlvs(data, 2, 2, counts_itself=counts_itself)) == values


@given(st.binary(max_size=200), st.integers(1, 2), st.integers(1, 2), st.booleans())
def test_fuzz_tlvs(data: bytes, kind: int, length: int, counts_itself: bool) -> None:
    found = list(tlvs(data, kind, length, counts_itself=counts_itself))
    assert sum(kind + length + len(value) for _, value in found) <= len(data)
