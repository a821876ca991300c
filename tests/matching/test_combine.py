"""How decisions depend on one another."""

from __future__ import annotations

import pytest

from camscan.matching.combine import Combiner, Verdicts
from camscan.matching.support import Origin, Support
from camscan.model.identity import Band


def says(
    attribute: str,
    value: str,
    points: int = 60,
    group: str = "g",
    maker: str | None = None,
    origin: Origin = Origin.MAKER,
) -> Support:
    return Support(
        attribute=attribute,
        value=value,
        key=value.casefold(),
        points=points,
        group=group,
        rule=f"{attribute}.{value}.{group}",
        origin=origin,
        evidence=(),
        maker=maker,
    )


@pytest.fixture
def combine(data):
    combiner = Combiner(data)

    def run(*supports: Support) -> Verdicts:
        return combiner.combine(supports)

    return run


def test_all_attributes_are_always_decided(combine) -> None:
    decisions = combine().decisions
    assert set(decisions) == {
        "maker", "brand", "platform", "class", "model", "firmware", "serial", "mac",
    }  # fmt: skip
    assert all(decision.leader is None for decision in decisions.values())


def test_grammar_lifts_a_medium_reading_to_probable_but_no_single_one_to_confirmed(combine) -> None:
    maker = says("maker", "acme", maker="acme")
    medium = combine(maker, says("model", "AC-C1", 30)).decisions["model"]
    strong = combine(maker, says("model", "AC-C1", 60)).decisions["model"]
    unknown = combine(maker, says("model", "ZZ-1", 30)).decisions["model"]
    assert medium.band is strong.band is Band.PROBABLE
    assert unknown.band is Band.POSSIBLE


def test_two_readings_and_their_grammar_confirm(combine) -> None:
    model = combine(
        says("maker", "acme", maker="acme"),
        says("model", "AC-C1", 30, "one"),
        says("model", "AC-C1", 30, "two"),
    ).decisions["model"]
    assert model.band is Band.CONFIRMED


def test_grammar_needs_its_maker(combine) -> None:
    decisions = combine(says("maker", "bolt", maker="bolt"), says("model", "AC-C1", 60)).decisions
    assert decisions["class"].leader is None
    assert decisions["brand"].leader is None


def test_weakly_known_model_tells_the_class_weakly(combine) -> None:
    decisions = combine(says("maker", "acme", maker="acme"), says("model", "AC-R1", 10)).decisions
    assert (decisions["class"].value, decisions["class"].band) == ("recorder", Band.POSSIBLE)


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("Acme AC-R1", "recorder"),
        ("Acme Vision AC-C1", "camera"),
        ("Acme Vision Pro AC-C1", None),
        ("Acme / AC-C1", "camera"),
        ("AcmeAC-C1", None),
    ],
)
def test_the_grammar_knows_a_number_behind_a_name_of_one_word_or_two(
    combine, data, model: str, kind: str | None
) -> None:
    decisions = combine(says("maker", "acme", maker="acme"), says("model", model, 30)).decisions
    assert decisions["model"].value == model
    assert decisions["class"].value == kind
    # What is remembered of a number tells such numbers apart.
    combiner = Combiner(data)
    other = combiner.known_models(model.replace("AC-", "ZZ-"))
    assert (combiner.known_models(model) == other) == (kind is None)


def test_readings_that_differ_are_rivals(combine) -> None:
    model = combine(says("model", "A-1", 30, "one"), says("model", "B-2", 30, "two")).decisions[
        "model"
    ]
    assert model.band is Band.POSSIBLE
    assert len(model.rivals) == 1


def test_observed_and_related_maker_agree_up_to_probable(combine) -> None:
    brand = says("brand", "stall", origin=Origin.BRAND)
    maker = combine(brand, says("maker", "bolt", 30, maker="bolt")).decisions["maker"]
    assert (maker.value, maker.band) == ("bolt", Band.PROBABLE)
    two = [says("maker", "bolt", 60, group, maker="bolt") for group in "hi"]
    assert combine(brand, *two).decisions["maker"].band is Band.CONFIRMED


def test_weakly_observed_maker_does_not_outweigh_a_relation(combine) -> None:
    brand = says("brand", "stall", origin=Origin.BRAND)
    maker = combine(brand, says("maker", "acme", 10, maker="acme")).decisions["maker"]
    assert maker.value == "bolt"


def test_conflict_keeps_makers_words_out(combine) -> None:
    verdicts = combine(says("serial", "S1", maker="acme"), says("serial", "S2", 30))
    assert verdicts.conflict is None
    assert verdicts.decisions["serial"].value == "S1"
