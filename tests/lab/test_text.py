"""Placeholders: known ones replaced, all other braces kept."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from camscan.lab.text import chained, fill, from_mapping, from_random


def test_known_names_are_replaced_and_braces_of_scripts_survive() -> None:
    look = from_mapping({"ip": "10.1.2.3"})
    page = "function f(){return {ip};} .a{color:red} new Cookie('x',{duration: 30}) {unknown}"
    assert fill(page, look) == page.replace("{ip}", "10.1.2.3")


def test_generators_have_the_asked_shape() -> None:
    look = from_random(random.Random(1))
    assert len(fill("{digits:9}", look)) == 9
    assert fill("{digits:9}", look).isdigit()
    assert int(fill("{hex:32}", look), 16) >= 0
    assert fill("{choice:a|a}", look) == "a"
    assert 3 <= int(fill("{between:3:40}", look)) <= 40
    assert len(fill("{between:01:28}", look)) == 2


def test_the_same_seed_gives_the_same_text() -> None:
    one = fill("{base62:32}", from_random(random.Random(5)))
    assert one == fill("{base62:32}", from_random(random.Random(5)))


def test_the_first_lookup_that_knows_a_name_answers() -> None:
    look = chained(from_mapping({"a": "1"}), from_mapping({"a": "2", "b": "3"}))
    assert fill("{a}{b}", look) == "13"


@given(st.text())
def test_fuzz_fill_never_raises_and_keeps_what_it_does_not_know(text: str) -> None:
    assert fill(text, from_mapping({})) == text
