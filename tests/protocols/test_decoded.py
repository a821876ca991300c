from __future__ import annotations

from camscan.model.status import Status
from camscan.protocols.decoded import VALUE_LIMIT, Decoded, clean, malformed, pairs


def test_values_are_cut_at_8_kib_of_utf8_and_never_inside_a_character() -> None:
    assert len(clean("é" * 10000).encode()) == VALUE_LIMIT
    assert len(clean("x" + "é" * 10000).encode()) == VALUE_LIMIT - 1


def test_nul_and_lone_surrogates_are_taken_out() -> None:
    assert clean("  a\x00b\ud800 ") == "ab?"


def test_empty_values_and_repeats_are_dropped() -> None:
    items = [("a", "1"), ("a", " 1 "), ("a", ""), ("b", None), ("b", "1"), ("b", "\x00")]
    assert pairs(items) == (("a", "1"), ("b", "1"))


def test_a_flood_of_fields_is_bounded() -> None:
    assert len(pairs(("a", str(n)) for n in range(100_000))) == 512


def test_values_of_one_field() -> None:
    decoded = Decoded(status=Status.OK, fields=(("a", "1"), ("b", "2"), ("a", "3")))
    assert decoded.values("a") == ("1", "3")


def test_malformed_is_empty() -> None:
    assert malformed() == Decoded(status=Status.MALFORMED)
