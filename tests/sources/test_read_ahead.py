import gzip
import random
import threading

import pytest

from camscan.sources.read_ahead import read_ahead
from camscan.sources.stream import open_stream


@pytest.fixture
def packed(tmp_path):
    data = random.Random(1).randbytes(9 << 20)
    path = tmp_path / "data.gz"
    path.write_bytes(gzip.compress(data, 1))
    return path, data


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "read-ahead"]


def test_a_packed_file_is_unpacked_whole(packed):
    path, data = packed
    room = memoryview(bytearray(700_000))
    found = bytearray()
    with open_stream(str(path)) as stream, read_ahead(stream) as ahead:
        assert len(threads()) == 1
        assert (ahead.name, ahead.path, ahead.packed) == (stream.name, path, True)
        assert ahead.peek(4)[:4] == data[:4]
        found += ahead.chunk()
        while size := ahead.fill(room):
            found += room[:size]
        assert (ahead.chunk(), ahead.fill(room), ahead.problem) == (b"", 0, None)
    assert found == data
    assert threads() == []


def test_the_problem_of_a_cut_file_is_told_after_what_is_good(packed):
    path, data = packed
    path.write_bytes(path.read_bytes()[: 5 << 20])
    found = bytearray()
    with open_stream(str(path)) as stream, read_ahead(stream) as ahead:
        while piece := ahead.chunk():
            found += piece
        assert ahead.problem == "gzip data ends before its end mark"
    assert len(found) > 4 << 20
    assert data.startswith(found)


def test_who_leaves_early_leaves_no_thread(packed):
    path, data = packed
    with open_stream(str(path)) as stream, read_ahead(stream) as ahead:
        assert data.startswith(ahead.chunk())
    assert threads() == []


def test_what_fails_in_the_thread_fails_in_the_reader(packed, monkeypatch):
    path, _ = packed
    with open_stream(str(path)) as stream:
        monkeypatch.setattr(stream, "_unpacked", lambda: 1 // 0)
        with pytest.raises(ZeroDivisionError), read_ahead(stream) as ahead:
            ahead.chunk()
    assert threads() == []


def test_a_plain_file_is_read_as_it_is(tmp_path):
    (tmp_path / "plain").write_bytes(b"plain")
    with open_stream(str(tmp_path / "plain")) as stream, read_ahead(stream) as ahead:
        assert ahead is stream
        assert threads() == []
