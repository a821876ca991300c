import gzip
import os
import signal

import pytest

from camscan.errors import SourceError
from camscan.sources import own_process
from camscan.sources.piece_process import piece_reader
from camscan.sources.source_file import SourceFile

pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="needs shared memory")


@pytest.fixture(autouse=True)
def two_cores(monkeypatch):
    monkeypatch.setattr(own_process, "cores", lambda: 2)


@pytest.fixture(scope="module")
def path(wire, tmp_path_factory):
    """A capture of several pieces, with something that is no packet in the middle."""
    path = tmp_path_factory.mktemp("pieces") / "a.pcap"
    frames = [(1_764_000_000.0 + n / 100, bytes((n % 251,)) * 1400) for n in range(7_000)]
    whole = wire.pcap(frames)
    middle = 24 + 1416 * 3_000
    path.write_bytes(whole[:middle] + b"\xff" * 500 + whole[middle:-9])
    return path


def read(reader, file, after=lambda number: None):
    """Every packet, and what was reported."""
    problems, packets = [], []
    for number, batch in enumerate(reader.batches(file, problems.append)):
        packets += batch.packets()
        after(number)
    return packets, problems


@pytest.fixture(scope="module")
def alone(path):
    with piece_reader([], large=1) as reader:
        assert reader.child is None
        found = read(reader, SourceFile(str(path)))
    assert (len(found[0]), len(found[1])) == (6_999, 2)
    return found


def test_another_process_finds_the_same(path, alone, tmp_path):
    packed = tmp_path / "a.pcap.gz"
    packed.write_bytes(gzip.compress(path.read_bytes(), 1))
    files = [SourceFile(str(path)), SourceFile(str(packed))]
    with piece_reader(files, large=1) as reader:
        child = reader.child
        for file in files:
            assert read(reader, file) == alone
        assert reader.child is child is not None
    assert child.returncode is not None


def test_a_process_that_dies_is_made_good(path, alone):
    file = SourceFile(str(path))
    with piece_reader([file], large=1) as reader:
        child = reader.child

        def kill(number):
            if not number:
                os.kill(child.pid, signal.SIGKILL)
                child.wait()

        assert read(reader, file, kill) == alone
        assert reader.child is None
        assert read(reader, file) == alone


def test_reading_can_be_stopped(path, alone):
    stopped = []
    file = SourceFile(str(path), lambda: bool(stopped))
    with piece_reader([file], large=1) as reader:
        packets, problems = read(reader, file, lambda number: stopped.append(number))
        assert reader.child is None
    assert 0 < len(packets) < 6_999
    assert packets == alone[0][: len(packets)]
    assert problems[-1].startswith("reading was stopped here (after byte ")


def test_a_file_that_cannot_be_read_says_why(tmp_path, path, alone):
    files = [SourceFile(str(tmp_path / "none")), SourceFile(str(path))]
    with piece_reader(files, large=1) as reader:
        with pytest.raises(SourceError, match="none"):
            read(reader, files[0])
        assert read(reader, files[1]) == alone


def test_small_captures_and_one_core_need_no_process(path, monkeypatch):
    files = [SourceFile(str(path))]
    with piece_reader(files) as reader:
        assert reader.child is None
    monkeypatch.setattr(own_process, "cores", lambda: 1)
    with piece_reader(files, large=1) as reader:
        assert reader.child is None


def test_without_memory_to_share_one_process_reads(path, alone, monkeypatch):
    started = []
    start = own_process.start

    def noted(*words, **files):
        started.append(start(*words, **files))
        return started[-1]

    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(own_process, "start", noted)
    monkeypatch.setattr(os, "truncate", full)
    file = SourceFile(str(path))
    with piece_reader([file], large=1) as reader:
        assert reader.child is None
        assert read(reader, file) == alone
    (child,) = started
    assert child.returncode is not None
