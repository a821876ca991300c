"""A rule from its table."""

from __future__ import annotations

import pytest

from camscan.errors import DataError
from camscan.matching.rule import Kind, Operator, RuleTable, build_rule, examples_of, require_proof

TABLE = RuleTable(
    id="x.http.server.x",
    field="http.server",
    strength="strong",
    strengths={"class": "weak"},
    prefix="X",
    asserts={"maker": "x", "class": "camera"},
    examples=("X/1", {"text": "X/2", "model": "2"}),
    source=("manual: x",),
)


def test_words_per_attribute() -> None:
    rule = build_rule(TABLE, kind=Kind.MAKER, owner="x", file="makers/x.toml")
    assert (rule.operator, rule.text) == (Operator.PREFIX, "X")
    assert (rule.word("maker"), rule.word("class")) == ("strong", "weak")
    assert rule.examples[1].captures == {"model": "2"}
    assert rule.alone


def test_example_without_text() -> None:
    with pytest.raises(DataError, match="no `text`"):
        examples_of("x", ({"model": "2"},), frozenset({"model"}))


@pytest.mark.parametrize("source", [(), ("",), ("manual: x", " ")])
def test_proof_needs_a_source(source: tuple[str, ...]) -> None:
    with pytest.raises(DataError, match="no source"):
        require_proof("x", ("example",), source)
