"""One walk through many texts: none that holds what is looked for is passed over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.errors import DataError
from camscan.matching import screen
from camscan.matching.gather import Gatherer
from camscan.matching.names import BODY, NAME_FIELDS, TEXT_FIELDS
from camscan.matching.numbers import NUMBER_FIELDS
from camscan.matching.pattern import VALUE_LIMIT, Pattern, encoded
from camscan.matching.screen import ANY, Screen, loosened, same_up_to, uncounted
from camscan.matching.spoken import SCOPE
from tests.shipped import shipped_data

DATA = shipped_data()
GATHERER = Gatherer(DATA)
FIELDS = sorted(NAME_FIELDS | TEXT_FIELDS | NUMBER_FIELDS | {BODY, "x.www_authenticate"})
GRAMMARS = [each for group in DATA.models.values() for each in group]
RULES = [rule for rule in DATA.rules if rule.operator.value == "regex"]
NAMES = sorted({name for maker in DATA.makers.values() for name in maker.names})
HOSTILE = ("a" * 65536, "[({<" * 16384, "\0" * 65536, "vivotek " * 8192, "copyright " * 6554)


def test_places_of_the_texts_that_hold_a_pattern() -> None:
    found = Screen(["b+", r"(?i)\bcam\b"])
    assert found.holding([]) == []
    assert found.holding(["a", "c", ""]) == []
    assert found.holding(["ab", "a", "", "my CAM", "camera", "bbb b"]) == [0, 3, 5]
    assert found.holding(["\u00e4", "\U0001f4f7\ud800", "\u00e4b", "\u00e4", "b"]) == [2, 4]
    assert found.holding(["a" * VALUE_LIMIT + "b", "b"]) == [1]
    assert Screen([]).holding(["", "a"]) == []
    assert Screen([ANY]).holding(["", "a", ""]) == [0, 1, 2]


def test_a_match_over_two_texts_hides_no_other() -> None:
    assert set(Screen(["x[^y]*y"]).holding(["x", "xy", "y", "a", "xay"])) >= {1, 4}


def test_any_number_of_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "AT_ONCE", 3)
    texts = ["b" if number % 4 == 0 else "a" for number in range(20)]
    assert Screen(["b"]).holding(texts) == list(range(0, 20, 4))


def test_a_refused_pattern_is_an_error() -> None:
    with pytest.raises(DataError):
        Screen(["a("])


@pytest.mark.parametrize(
    ("regex", "loose"),
    [
        (r"^DCS-\d{3,4}$", r"(?:)DCS-\d{3,4}(?:)"),
        (r"(?i)^a(?:-|$)\b", r"(?i)(?:)a(?:-|(?:))(?:)"),
        (r"[^$^]\$\^\\b[]^$]", r"[^$^]\$\^\\b[]^$]"),
        (r"\Qa$\E", ANY),
    ],
)
def test_without_assertions(regex: str, loose: str) -> None:
    assert loosened(regex) == loose


@pytest.mark.parametrize(
    ("regex", "endless"),
    [
        (r"^a.{0,200}b{3,31}", r"^a.{0,}b{3,31}"),
        (r"[{0,99}]\{0,99}x{40}y{40,}", r"[{0,99}]\{0,99}x{40}y{40,}"),
        (r"\Q.{0,99}\E", r"\Q.{0,99}\E"),
    ],
)
def test_without_long_counts(regex: str, endless: str) -> None:
    assert uncounted(regex) == endless


@pytest.mark.parametrize(
    ("regex", "most"),
    [
        (r"^a.{0,200}[b]{1,40}c{2,31}", 40),
        (r"a{2}", 0),
        (r"(?:ab){0,99}.{0,200}", 0),
        (r"\Q.{0,99}\E", 0),
    ],
)
def test_up_to_where_a_long_count_is_not_reached(regex: str, most: int) -> None:
    assert same_up_to(regex) == most


counted = [(each, same_up_to(each.text)) for each in RULES if same_up_to(each.text)]
PATTERNS = {rule.id: (Pattern(rule.text), Pattern(uncounted(rule.text))) for rule, _ in counted}


@given(st.sampled_from(counted), st.data())
def test_fuzz_a_short_text_is_caught_alike_without_long_counts(found, data) -> None:
    rule, most = found
    example = data.draw(st.sampled_from([each.text for each in rule.examples]))
    cut = st.integers(0, len(example))
    text = "".join(
        [
            example[: data.draw(cut)],
            data.draw(st.text(max_size=most)),
            example[data.draw(cut) :],
        ]
    )
    value = text.encode("utf-8", "replace")[:most]
    exact, endless = PATTERNS[rule.id]
    assert exact.captures(value) == endless.captures(value)


def test_every_example_is_found_in_the_text_around_it() -> None:
    for grammar in GRAMMARS:
        loose = Pattern(loosened(grammar.regex))
        for example in grammar.examples:
            assert not Pattern(grammar.regex).hits(encoded(example)) or loose.hits(
                encoded(f"x{example}_")
            ), grammar.id
    for rule in RULES:
        endless = Pattern(uncounted(rule.text))
        assert all(endless.hits(encoded(each.text)) for each in rule.examples), rule.id


spaced = st.one_of(
    st.text(max_size=12),
    st.sampled_from(NAMES),
    st.sampled_from(
        [
            example
            for each in GRAMMARS
            if each.telling or each.telling_in_onvif
            for example in each.examples
        ]
    ),
    st.sampled_from(["_", "\n", " ", "(c) ", 'realm="', SCOPE, "hardware/", "%20", ",", "9"]),
)
values = st.lists(st.lists(spaced, max_size=5).map("".join), max_size=8)


@given(st.sampled_from(FIELDS), values)
def test_fuzz_what_has_a_name_or_number_is_never_passed_over(field: str, found: list[str]) -> None:
    speaking = set(GATHERER.speaking(field, found))
    for place, value in enumerate(found):
        if GATHERER.named(field, value) or GATHERER.numbered(field, value):
            assert place in speaking


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_walked_through_once(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: no text is begun twice, and none is longer than the limit."""
    begun: list[int] = []
    place = Pattern.place

    def counted(self: Pattern, value: bytes, start: int = 0) -> int:
        begun.append(start)
        assert len(value) <= 8 * (VALUE_LIMIT + 1)
        return place(self, value, start)

    monkeypatch.setattr(Pattern, "place", counted)
    for field in ("http.title", BODY):
        begun.clear()
        found = GATHERER.speaking(field, [text] * 8)
        assert len(begun) <= len(found) + 1
        assert begun == sorted(set(begun))
