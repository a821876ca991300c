import io

from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.line_blocks import LONGEST, line_blocks
from camscan.sources.stream import ByteStream


def read(data):
    return list(line_blocks(ByteStream(io.BytesIO(data), "x")))


def lines(data):
    return {
        number + place: line
        for number, block in read(data)
        for place, line in enumerate(block.split(b"\n"))
    }


def test_lines_keep_their_numbers_over_blocks():
    data = b"".join(b"%d %s\n" % (n, b"x" * 50) for n in range(1, 60_001))
    assert len(read(data)) > 2
    found = lines(data)
    assert len(found) == 60_000
    assert all(int(line.split()[0]) == number for number, line in found.items())


def test_the_last_line_needs_no_end_and_a_mark_is_no_text():
    assert read(b"\xef\xbb\xbfa\nb") == [(1, b"a"), (2, b"b")]
    assert read(b"a\nb\n") == [(1, b"a\nb")]
    assert read(b"") == []


def test_a_line_without_end_is_cut_and_the_next_is_whole():
    data = b"first\n" + b"y" * (3 * LONGEST) + b"\nthird\nfourth\n"
    found = lines(data)
    assert (found[1], found[3], found[4]) == (b"first", b"third", b"fourth")
    assert LONGEST <= len(found[2]) <= 2 * LONGEST


@given(st.lists(st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b" ")), max_size=30))
def test_fuzz_nothing_is_lost(texts):
    data = b"q" + b"\n".join(texts)  # a first byte that is no mark and no magic number
    found = lines(data)
    assert b"\n".join(found[number] for number in sorted(found)) == data.removesuffix(b"\n")
