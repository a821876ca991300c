import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.errors import SourceError
from camscan.sources.file_parts import FilePart, open_part, parts_of


def content(part):
    with open_part(part) as stream:
        pieces = list(iter(stream.chunk, b""))
        assert stream.problem is None
        return b"".join(pieces)


@given(st.lists(st.binary(max_size=12), max_size=30), st.integers(1, 40))
def test_parts_are_the_file_and_begin_with_lines(tmp_path_factory, lines, size):
    data = b"\n".join(lines)
    path = tmp_path_factory.mktemp("parts") / "x"
    path.write_bytes(data)
    parts = [content(part) for part in parts_of(str(path), size)]
    assert b"".join(parts) == data
    assert all(part.endswith(b"\n") for part in parts[:-1])
    assert all(len(part) >= size for part in parts[:-1])


def test_a_packed_file_is_one_part(tmp_path):
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(b"one\ntwo\n" * 100))
    (part,) = parts_of(str(path), 10)
    assert content(part) == b"one\ntwo\n" * 100


def test_a_file_that_is_cut_while_it_is_read(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"one\ntwo\n")
    with open_part(FilePart(str(path), 4, 20)) as stream:
        assert stream.chunk() == b"two\n"
        assert stream.chunk() == b""
        assert stream.problem == "it was cut while it was read"


def test_no_such_file(tmp_path):
    with pytest.raises(SourceError, match="cannot read"):
        parts_of(str(tmp_path / "none"))
