"""What values say, as numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.matching import trace
from camscan.matching.trace import Tracer, case_of
from tests.shipped import shipped_matcher

MATCHER = shipped_matcher()


def kind(tracer: Tracer, field: str, value: str) -> int | None:
    found = tracer.trace(field, value)
    return None if found is None else found.kind


def test_what_differs_only_in_what_is_a_devices_own_is_one_kind() -> None:
    tracer = Tracer(MATCHER)
    first = tracer.trace("mac.address", "00:40:8c:00:00:01")
    second = tracer.trace("mac.address", "00-40-8C-00-00-02")
    assert first is not None
    assert second is not None
    assert first.kind == second.kind
    assert second.own == (("mac", "00:40:8c:00:00:02"),)
    assert kind(tracer, "mac.address", "02:00:00:00:00:03") != first.kind, "nobody's prefix"
    assert kind(tracer, "mac.oui", "00:40:8c") != first.kind


def test_what_says_nothing_has_no_trace() -> None:
    tracer = Tracer(MATCHER)
    for field, value in (("http.title", "nobody's page"), ("mac.address", "x"), ("", "")):
        assert tracer.trace(field, value) is None


def test_cases() -> None:
    assert case_of([1, None], [("mac", "a"), ("model", "b")]) == (
        (1, None),
        {"mac": "a", "model": "b"},
    )
    assert case_of([1, 2], [("mac", "a"), ("mac", "b")])[0] is None, "which leads?"
    assert case_of([1, 2], [("mac", "a"), ("mac", "a")]) == ((1, 2), {"mac": "a"})
    assert case_of([1, 2], [("model", "a"), ("model", "b")]) == ((1, 2, "a", "b"), {})


def test_numbers_are_never_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "MOST_KINDS", 2)
    tracer = Tracer(MATCHER)
    rules = [rule for rule in MATCHER.fingerprints.rules if rule.examples][:30]
    numbers = [kind(tracer, rule.field, rule.examples[0].text) for rule in rules]
    assert None not in numbers
    assert len(set(numbers)) > 2
    assert len(tracer._kinds) <= 2
    assert max(number or 0 for number in numbers) == numbers[-1]


@given(st.sampled_from(["mac.address", "sadp.mac", "http.server", "wsd.endpoint"]), st.text())
def test_fuzz_any_value_is_looked_at(field: str, value: str) -> None:
    tracer = Tracer(MATCHER)
    assert kind(tracer, field, value) == kind(tracer, field, value)
