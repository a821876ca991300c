import random

from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.segments import Segments


def test_in_order_and_repeated():
    read = Segments()
    assert read.add(100, b"abc") == b"abc"
    assert read.add(100, b"abc") == b""
    assert read.add(101, b"bcde") == b"de"
    assert read.add(105, b"f") == b"f"


def test_an_early_segment_waits():
    read = Segments(10)
    assert read.add(13, b"def") == b""
    assert read.add(16, b"g") == b""
    assert read.add(10, b"abc") == b"abcdefg"


def test_sequence_numbers_wrap():
    read = Segments(0xFFFFFFFE)
    assert read.add(1, b"d") == b""
    assert read.add(0xFFFFFFFE, b"abc") == b"abcd"


def test_a_gap_beyond_repair():
    read = Segments(0)
    assert read.add(20_000, b"x") is None
    for number in range(1, 9):
        assert read.add(number * 2, b"x") == b""
    assert read.add(40, b"x") is None


@given(st.binary(min_size=1, max_size=400), st.integers(0, 2**32 - 1), st.randoms())
def test_fuzz_any_order_gives_the_stream(data, start, rng: random.Random):
    places = sorted({0, *(rng.randrange(len(data)) for _ in range(6))})
    pieces = [
        (place, data[place : end + rng.randrange(5)])
        for place, end in zip(places, [*places[1:], len(data)], strict=True)
    ]
    pieces += pieces[:2]
    rng.shuffle(pieces)
    read = Segments(start)
    out = b"".join(read.add((start + place) & 0xFFFFFFFF, piece) for place, piece in pieces)
    assert out == data
