"""Supports and decisions as data."""

from __future__ import annotations

from camscan.matching.support import Decision, Origin, Ranked, Support
from camscan.model.identity import Band

ONE = Support(
    attribute="model",
    value="AC-1",
    key="ac-1",
    points=30,
    group="g",
    rule="r",
    origin=Origin.MAKER,
    evidence=(),
)


def test_decision_shows_value_and_key_of_its_leader() -> None:
    leader = Ranked(key="ac-1", value="AC-1", points=30, counted=(ONE,), idle=(ONE,))
    decision = Decision(attribute="model", leader=leader, band=Band.POSSIBLE)
    assert (decision.value, decision.key) == ("AC-1", "ac-1")
    assert leader.supports == (ONE, ONE)


def test_nothing_decided() -> None:
    decision = Decision(attribute="model", leader=None, band=Band.UNKNOWN)
    assert (decision.value, decision.key) == (None, None)
