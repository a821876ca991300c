import io
import mmap

import numpy as np
import pytest

from camscan.sources import shared_pieces
from camscan.sources.batch import Batch
from camscan.sources.buffer import AHEAD
from camscan.sources.shared_pieces import COLUMNS, ROWS, SIZE, Columns, Ring
from camscan.sources.stream import ByteStream


@pytest.fixture
def memory():
    return mmap.mmap(-1, SIZE)


def test_pieces_stand_until_they_are_done_with(memory, monkeypatch):
    monkeypatch.setattr(shared_pieces, "CHUNK", 1000)
    data = bytes(range(1, 251)) * 40
    stream = ByteStream(io.BytesIO(data), "x")
    ended = []
    ring = Ring(stream.chunk(), stream, memory, ended.append)
    out, held = bytes(memory[ring.begin : ring.size]), []
    while ring.more(max(ring.begin, ring.size - 7)):
        piece = (ring.begin, ring.size)
        kept = min(7, len(out))
        assert bytes(memory[ring.begin : ring.begin + kept]) == out[len(out) - kept :]
        out += bytes(memory[ring.begin + kept : ring.size])
        assert ring.taken == len(out)
        held = [*held, (piece, bytes(memory[slice(*piece)]))][-2:]
        assert all(bytes(memory[slice(*place)]) == text for place, text in held)
    assert out == data
    assert ended == list(range(-1, len(ended) - 1))


def test_a_record_without_room_is_refused(memory):
    stream = ByteStream(io.BytesIO(bytes(3_000_000)), "x")
    ring = Ring(stream.chunk(), stream, memory, lambda _: None)
    assert ring.more(ring.begin)
    with pytest.raises(BufferError):
        ring.more(ring.begin)


def test_columns_come_back(memory):
    data = bytes(range(200)) + bytes(AHEAD)
    start = np.array([3, 50, 100])
    captured, wire = np.array([10, 20, 30]), np.array([10, 2000, 30])
    batch = Batch(data, 276, np.array([1.5, 2.0, 3.0]), start, captured, wire)
    columns = Columns(memory)
    for number in range(COLUMNS + 1):
        columns.put(number, batch.part(0, 1 + number % 3))
    for number in range(1, COLUMNS + 1):
        found = columns.get(number, 1 + number % 3, 276)
        assert found.linktype == 276
        for name in ("at", "start", "captured", "wire", "heads"):
            expected = getattr(batch.part(0, 1 + number % 3), name)
            assert getattr(found, name).tolist() == expected.tolist()
    assert ROWS >= 1000
