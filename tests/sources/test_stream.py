import gzip
import io
import sys

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from camscan.errors import SourceError
from camscan.sources.stream import ByteStream, open_stream


def read_all(stream):
    pieces = []
    while piece := stream.chunk():
        pieces.append(piece)
    return b"".join(pieces)


def test_plain_and_gzip_give_the_same_bytes(tmp_path):
    data = bytes(range(256)) * 20_000
    plain, packed = tmp_path / "a", tmp_path / "a.gz"
    plain.write_bytes(data)
    packed.write_bytes(gzip.compress(data[:3_000_000]) + gzip.compress(data[3_000_000:]))
    for path in (plain, packed):
        with open_stream(str(path)) as stream:
            assert read_all(stream) == data
            assert stream.problem is None


def test_cut_gzip_gives_its_good_part_and_says_so():
    data = b"camera" * 100_000
    packed = gzip.compress(data, 0)
    stream = ByteStream(io.BytesIO(packed[:-5000]), "x")
    got = read_all(stream)
    assert data.startswith(got)
    assert len(got) > 500_000
    assert "ends before" in stream.problem


def test_corrupt_gzip_is_a_problem_not_an_exception():
    packed = bytearray(gzip.compress(b"camera" * 100_000))
    packed[len(packed) // 2 :] = b"\xff" * (len(packed) - len(packed) // 2)
    stream = ByteStream(io.BytesIO(bytes(packed)), "x")
    read_all(stream)
    assert "gzip" in stream.problem


def test_a_gzip_bomb_comes_in_bounded_pieces():
    stream = ByteStream(io.BytesIO(gzip.compress(b"\0" * 50_000_000)), "x")
    sizes = []
    while piece := stream.chunk():
        sizes.append(len(piece))
    assert sum(sizes) == 50_000_000
    assert max(sizes) <= 1 << 20


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_peek_takes_nothing(pack):
    stream = ByteStream(io.BytesIO(pack(b"camera")), "x")
    assert stream.peek(4)[:4] == b"came"
    assert stream.peek(100) == b"camera"
    assert read_all(stream) == b"camera"
    assert stream.peek(4) == b""


def test_standard_input(monkeypatch):
    class Input:
        buffer = io.BytesIO(b"hello")

    monkeypatch.setattr(sys, "stdin", Input)
    with open_stream("-") as stream:
        assert read_all(stream) == b"hello"


def test_zstd_is_unpacked_frame_by_frame(tmp_path):
    packed = tmp_path / "a.zst"
    whole = zstandard.compress(b"a" * 3_000_000) + zstandard.compress(b"end")
    packed.write_bytes(whole)
    with open_stream(str(packed)) as stream:
        assert stream.packed
        assert stream.peek(3)[:3] == b"aaa"
        assert read_all(stream) == b"a" * 3_000_000 + b"end"
        assert stream.problem is None
    packed.write_bytes(whole[:-2])
    with open_stream(str(packed)) as stream:
        assert read_all(stream).startswith(b"a" * 3_000_000)
        assert "end mark" in stream.problem
    packed.write_bytes(b"\x28\xb5\x2f\xfd rest")
    with open_stream(str(packed)) as stream:
        assert read_all(stream) == b""
        assert "corrupt" in stream.problem


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_fuzz_zstd_like_bytes_never_raise(tail):
    for head in (b"\x28\xb5\x2f\xfd", zstandard.compress(b"a")):
        read_all(ByteStream(io.BytesIO(head + tail), "x"))


def test_missing_files_and_directories_are_source_errors(tmp_path):
    with pytest.raises(SourceError, match="nowhere"), open_stream(str(tmp_path / "nowhere")):
        pass
    with pytest.raises(SourceError, match="directory"), open_stream(str(tmp_path)):
        pass


@given(st.binary(max_size=300))
@settings(max_examples=300)
def test_fuzz_gzip_like_bytes_never_raise(tail):
    for head in (b"\x1f\x8b", b"\x1f\x8b\x08\x00\0\0\0\0\0\x03", gzip.compress(b"a")):
        read_all(ByteStream(io.BytesIO(head + tail), "x"))
