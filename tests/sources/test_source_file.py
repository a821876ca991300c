import gzip
import io
import os
import sys
import time

import pytest

from camscan.errors import SourceError
from camscan.sources.source_file import SourceFile


def test_the_head_is_not_taken(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"hello"))
    file = SourceFile(str(path))
    assert file.head() == file.head() == b"hello"
    with file.open() as stream:
        assert stream.chunk() == b"hello"


def test_standard_input_is_looked_at_and_then_read(monkeypatch):
    class Input:
        buffer = io.BytesIO(b"hello")

    monkeypatch.setattr(sys, "stdin", Input)
    file = SourceFile("-")
    assert file.path is None
    assert file.head() == b"hello"
    with file.open() as stream:
        assert stream.chunk() == b"hello"


def test_damage_is_an_error_of_the_source(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(b"\x1f\x8b\x08\x00" + b"\xff" * 30)
    with pytest.raises(SourceError, match="corrupt"):
        SourceFile(str(path)).head()


def test_when_it_last_changed(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"x")
    os.utime(path, (5.0, 7.0))
    assert SourceFile(str(path)).written == 7.0
    before = time.time()
    assert SourceFile("-").written >= before
    assert SourceFile(str(tmp_path / "none")).written >= before
