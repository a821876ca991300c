import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.field_grid import TailSet, grid_of, line_feeds, tail_of

FIELDS = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=20)


@given(st.integers(1, 5).flatmap(
    lambda columns: st.lists(st.lists(FIELDS, min_size=columns, max_size=columns), min_size=1)
))  # fmt: skip
def test_fields_are_those_that_were_written(rows):
    columns = len(rows[0])
    grid = grid_of("\n".join("\t".join(row) for row in rows).encode(), b"\t", columns)
    assert grid is not None
    assert len(grid) == len(rows)
    assert grid.lines(np.arange(len(rows))) == ["\t".join(row) for row in rows]
    for column in range(columns):
        texts = [row[column] for row in rows]
        assert [grid.text(line, column) for line in range(len(rows))] == texts
        by_octets = sorted(texts, key=str.encode)
        assert grid.span(column) == (by_octets[0], by_octets[-1])
        assert grid.tails(column).tolist() == [tail_of(text) for text in texts]


def test_lines_that_differ_in_length_are_no_grid():
    assert grid_of(b"a\tb\nc\td", b"\t", 2) is not None
    assert grid_of(b"a\tb\tc\nd", b"\t", 2) is None  # as many fields in all
    assert grid_of(b"a\tb\n\nc\td", b"\t", 2) is None
    assert grid_of(b"a\tb\nc", b"\t", 2) is None


def test_separators_that_are_no_single_ascii_character():
    for separator in (b"", b"\n", b"\0", b"\xff", b"::"):
        assert grid_of(b"a\tb", separator, 2) is None
    assert grid_of(b"a,b", b",", 2) is not None


def test_tails():
    assert tail_of("10.66.1.10") == tail_of("2.66.1.10"[1:])
    assert tail_of("::1") != tail_of("1")


@given(st.sets(st.text(max_size=12), max_size=40), st.lists(st.text(max_size=12), max_size=40))
def test_which_tails_are_in_a_set(known, texts):
    tails = np.array([tail_of(text) for text in texts], np.uint64)
    expected = {tail_of(text) for text in known}
    assert len(TailSet(known)) == len(expected)
    assert TailSet(known).among(tails).tolist() == [
        place for place, text in enumerate(texts) if tail_of(text) in expected
    ]


@given(st.binary(max_size=200), st.binary(max_size=2), st.integers(0, 5))
def test_fuzz_grid_of(block, separator, columns):
    grid = grid_of(block, separator, columns)
    if grid is not None:
        for column in range(columns):
            grid.tails(column)
            grid.span(column)


@given(st.binary(max_size=40))
def test_line_feeds_are_counted(block):
    assert line_feeds(block) == block.count(b"\n")
