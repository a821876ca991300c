"""RE2 behind its wall: small sets, the canary, the fallback, and hostile text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.errors import DataError
from camscan.matching.pattern import (
    VALUE_LIMIT,
    Pattern,
    PatternSet,
    all_encoded,
    encoded,
    escape,
)


def test_set_finds_all_patterns_and_never_the_canary() -> None:
    patterns = PatternSet(["^a", "b", "zz"])
    assert patterns.hits(b"ab") == [0, 1]
    assert patterns.hits(b"") == []
    assert patterns.hits(b"zz") == [2]
    assert patterns.fallbacks == 0


def test_set_without_memory_falls_back_one_by_one() -> None:
    bounded = [f"[a-z]{{1,60}}x{number}[0-9]{{1,60}}" for number in range(40)]
    patterns = PatternSet(bounded, memory=1 << 12)
    assert patterns.hits(b"abcx7123") == [7]
    assert patterns.fallbacks == 1


def test_all_places_of_a_pattern() -> None:
    assert Pattern("(a|bb)").all(b"abba") == ("a", "bb", "a")
    assert Pattern("(a)").all(b"xyz") == ()


class Exhausted:
    """A set whose automaton has run out of memory: it answers that nothing matches."""

    def Match(self, value: bytes) -> None:  # noqa: N802 - the name is RE2's
        return None


class Partial(Exhausted):
    """A set that lost some of its answers, the canary among them."""

    def Match(self, value: bytes) -> list[int]:  # noqa: N802
        return [1]


@pytest.mark.parametrize("failing", [Exhausted(), Partial()])
def test_exhausted_automaton_is_noticed_by_the_canary(failing: object) -> None:
    patterns = PatternSet(["^a", "b", "zz"])
    patterns._set = failing
    assert patterns.hits(b"ab") == [0, 1]
    assert patterns.fallbacks == 1


@pytest.mark.parametrize("power", range(12, 22))
def test_answer_does_not_depend_on_memory(power: int) -> None:
    bounded = [f"{letter}.{{1,30}}{letter}" for letter in "abcdefgh"]
    text = ("abcdefgh" * 400).encode()
    assert PatternSet(bounded, memory=1 << power).hits(text) == list(range(8))


def test_refused_pattern_is_an_error_that_quotes_it() -> None:
    with pytest.raises(DataError, match=r"a\(\?=b\)"):
        Pattern("a(?=b)")
    with pytest.raises(DataError):
        PatternSet(["ok", "a("])


def test_captures_are_text() -> None:
    pattern = Pattern("m=(?P<model>[^ ]+)( f=(?P<firmware>.+))?")
    assert pattern.groups == {"model", "firmware"}
    assert pattern.captures("m=Überwachung".encode()) == {"model": "Überwachung"}
    assert pattern.captures(b"nothing") is None


def test_values_are_cut_and_always_encode() -> None:
    assert len(encoded("x" * 100_000)) == VALUE_LIMIT
    assert encoded("\ud800a") == b"?a"


def test_evil_pattern_is_linear() -> None:
    assert not Pattern("(a+)+$x").hits(b"a" * VALUE_LIMIT)


@given(st.text(min_size=1, max_size=60), st.text(max_size=200))
def test_fuzz_escape_matches_exactly_its_text(needle: str, hay: str) -> None:
    pattern = Pattern(escape(needle))
    assert pattern.hits(encoded(hay + needle + hay))
    assert pattern.hits(encoded(hay)) == (needle in hay)


@given(st.binary(max_size=500))
def test_fuzz_set_agrees_with_single_patterns(data: bytes) -> None:
    sources = [r"^GET ", r"\d{3}", r"[a-f]+$", r"server", r"(?i)WWW"]
    text = data.decode("utf-8", "replace").encode()
    found = PatternSet(sources).hits(text)
    assert found == [place for place, source in enumerate(sources) if Pattern(source).hits(text)]
    assert (3 in found) == (re.search(b"server", text) is not None)


@given(st.lists(st.text(max_size=20) | st.just("\ud800"), max_size=5))
def test_fuzz_many_values_are_encoded_as_each(values: list[str]) -> None:
    assert all_encoded(values) == [encoded(value) for value in values]
