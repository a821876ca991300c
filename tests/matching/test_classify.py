"""Classes: doubt goes against `camera`."""

from __future__ import annotations

import pytest

from camscan.matching.classify import decide_class
from camscan.matching.conflict import Conflict
from camscan.matching.support import Origin, Support
from camscan.model.identity import Band
from tests.shipped import shipped_data

WORDS = shipped_data().vocabulary


def says(value: str, points: int, origin: Origin, group: str = "g") -> Support:
    return Support(
        attribute="class",
        value=value,
        key=value,
        points=points,
        group=group,
        rule=f"{origin.value}.{value}",
        origin=origin,
        evidence=(),
    )


GENERIC = [says("camera", 30, Origin.PLATFORM, group) for group in ("wsd", "onvif", "rtsp")]


def test_generic_camera() -> None:
    decision = decide_class(GENERIC, (), WORDS)
    assert (decision.value, decision.band) == ("camera", Band.CONFIRMED)


@pytest.mark.parametrize("origin", [Origin.MAKER, Origin.BRAND, Origin.SOFTWARE])
@pytest.mark.parametrize("value", ["other", "vms", "recorder", "intercom", "encoder"])
def test_strong_rule_of_its_own_kind_beats_any_number_of_generic_ones(origin, value) -> None:
    decision = decide_class([*GENERIC, says(value, 60, origin)], (), WORDS)
    assert (decision.value, decision.band) == (value, Band.PROBABLE)
    assert all("generic" in dropped.reason for dropped in decision.dropped)


def test_medium_contradiction_leaves_only_possible() -> None:
    decision = decide_class([*GENERIC, says("other", 30, Origin.SOFTWARE)], (), WORDS)
    assert (decision.value, decision.band) == ("camera", Band.POSSIBLE)
    assert "all generic" in decision.why


def test_weak_contradiction_does_not() -> None:
    decision = decide_class([*GENERIC, says("other", 10, Origin.SOFTWARE)], (), WORDS)
    assert decision.band.reaches(Band.PROBABLE)


def test_model_number_decides() -> None:
    given = [*GENERIC, says("camera", 60, Origin.MAKER), says("other", 60, Origin.GRAMMAR, "n")]
    decision = decide_class(given, (), WORDS)
    assert (decision.value, decision.band) == ("other", Band.PROBABLE)
    assert [rival.value for rival in decision.rivals] == ["camera"]


def test_barely_known_model_number_does_not_decide() -> None:
    given = [says("camera", 60, Origin.MAKER), says("other", 10, Origin.GRAMMAR, "n")]
    assert decide_class(given, (), WORDS).value == "camera"


def test_tie_is_no_camera() -> None:
    given = [says("camera", 60, Origin.MAKER), says("other", 60, Origin.SOFTWARE)]
    decision = decide_class(given, (), WORDS)
    assert (decision.value, decision.band) == ("other", Band.POSSIBLE)


def test_conflict_of_makers_leaves_only_possible() -> None:
    conflict = Conflict(field="f", port=80, makers=("a", "b"))
    decision = decide_class(GENERIC, (), WORDS, conflict=conflict)
    assert decision.band is Band.POSSIBLE


def test_nothing() -> None:
    assert decide_class([], (), WORDS).leader is None
