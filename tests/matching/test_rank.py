"""Points add up over groups; rivals lower the band."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from camscan.matching.rank import at_most, decide, merge_prefixes, rank
from camscan.matching.support import Origin, Support
from camscan.model.identity import Band
from tests.shipped import shipped_data

WORDS = shipped_data().vocabulary


def support(value: str, points: int, group: str, *, alone: bool = True, rule: str = "r") -> Support:
    return Support(
        attribute="maker",
        value=value,
        key=value,
        points=points,
        group=group,
        rule=rule,
        origin=Origin.MAKER,
        evidence=(),
        alone=alone,
    )


def test_best_of_a_group_counts_once() -> None:
    (one,) = rank([support("a", 60, "g"), support("a", 30, "g"), support("a", 30, "h")])
    assert (one.points, len(one.counted), len(one.idle)) == (90, 2, 1)


def test_bands() -> None:
    for points, band in ((60, Band.PROBABLE), (30, Band.POSSIBLE), (10, Band.POSSIBLE)):
        assert decide("maker", [support("a", points, "g")], WORDS).band is band
    two = [support("a", 60, "g"), support("a", 30, "h")]
    assert decide("maker", two, WORDS).band is Band.CONFIRMED


def test_several_weak_fields_beat_one_medium() -> None:
    weak = [support("a", 10, group) for group in "ghij"]
    decision = decide("maker", [*weak, support("b", 30, "k")], WORDS)
    assert decision.value == "a"
    assert [rival.value for rival in decision.rivals] == ["b"]


def test_equal_rivals_are_both_only_possible() -> None:
    decision = decide("maker", [support("a", 60, "g"), support("b", 60, "h")], WORDS)
    assert decision.band is Band.POSSIBLE
    assert {decision.value, decision.rivals[0].value} == {"a", "b"}


def test_close_rival_keeps_from_confirmed() -> None:
    leading = [support("a", 60, "g"), support("a", 30, "h"), support("a", 10, "i")]
    close = [support("b", 60, "j"), support("b", 30, "k")]
    assert decide("maker", [*leading, *close], WORDS).band is Band.PROBABLE
    assert decide("maker", leading, WORDS).band is Band.CONFIRMED


def test_points_above_the_cap_still_tell_rivals_apart() -> None:
    leading = [support("a", 60, group) for group in "ghi"]
    behind = [support("b", 60, group) for group in "jk"]
    decision = decide("maker", [*leading, *behind], WORDS)
    assert (decision.value, decision.band) == ("a", Band.CONFIRMED)


def test_weak_rival_far_behind_is_not_listed() -> None:
    decision = decide("maker", [support("a", 60, "g"), support("b", 10, "h")], WORDS)
    assert decision.rivals == ()


def test_support_that_does_not_stand_alone() -> None:
    only = [support("a", 30, "g", alone=False)]
    decision = decide("maker", only, WORDS)
    assert decision.leader is None
    assert decision.why == "what was seen does not stand alone"
    assert decision.rivals == ()
    assert [dropped.reason for dropped in decision.dropped] == ["does not stand alone"]
    beside = decide("maker", [*only, support("a", 30, "h")], WORDS)
    assert beside.band is Band.PROBABLE
    same_group = decide("maker", [*only, support("a", 10, "g")], WORDS)
    assert same_group.leader is not None
    assert same_group.leader.points == 10
    two_such = decide("maker", [*only, support("a", 30, "h", alone=False)], WORDS)
    assert two_such.leader is None


def test_nothing() -> None:
    decision = decide("maker", [], WORDS)
    assert (decision.leader, decision.band) == (None, Band.UNKNOWN)


def test_order_breaks_ties() -> None:
    given_ = [support("camera", 60, "g"), support("other", 60, "h")]
    assert decide("class", given_, WORDS, order=WORDS.classes).value == "other"


def test_longer_form_of_a_text_is_the_same_value() -> None:
    merged = merge_prefixes(
        [support("ds-1", 1, "g"), support("ds-1/8p", 1, "h"), support("ds-12", 1, "i")]
    )
    assert [each.key for each in merged] == ["ds-1/8p", "ds-1/8p", "ds-12"]


def test_at_most() -> None:
    assert at_most(Band.CONFIRMED, Band.PROBABLE) is Band.PROBABLE
    assert at_most(Band.POSSIBLE, Band.PROBABLE) is Band.POSSIBLE


@given(
    st.lists(
        st.builds(
            support,
            st.sampled_from(["a", "b", "c"]),
            st.sampled_from([10, 30, 60]),
            st.sampled_from(list("ghijk")),
            alone=st.booleans(),
        ),
        max_size=12,
    )
)
def test_fuzz_order_of_supports_does_not_matter(supports: list[Support]) -> None:
    first = decide("maker", supports, WORDS)
    second = decide("maker", list(reversed(supports)), WORDS)
    assert (first.value, first.band) == (second.value, second.band)
    if first.rivals and first.leader:
        assert all(rival.points <= first.leader.points for rival in first.rivals)
