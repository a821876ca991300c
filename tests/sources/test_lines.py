import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from camscan.sources.lines import LONGEST, lines
from camscan.sources.stream import ByteStream


def read(data):
    return list(lines(ByteStream(io.BytesIO(data), "x")))


def test_lines_are_numbered_and_their_ends_removed():
    assert read(b"a\r\n\nb") == [(1, "a"), (2, ""), (3, "b")]
    assert read(b"") == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_of_windows_are_read(encoding):
    assert read("eins\r\nzwölf\r\n".encode(encoding)) == [(1, "eins"), (2, "zwölf")]


def test_a_long_line_is_cut_and_the_next_is_whole():
    (first, second) = read(b"x" * 5_000_000 + b"\nnext\n")
    assert first == (1, "x" * LONGEST)
    assert second == (2, "next")


@given(st.binary(max_size=400))
@example(b"\r")  # a line that is empty, though not the end of the one before
def test_fuzz_lines_are_those_of_the_text(data):
    found = read(b"\n" + data)
    text = (b"\n" + data).decode("utf-8", "replace")
    expected = text.split("\n")
    if not expected[-1]:
        expected.pop()
    assert [line for _, line in found] == [
        line.rstrip("\r").removeprefix("\ufeff") for line in expected
    ]
