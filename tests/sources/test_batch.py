import numpy as np
import pytest

from camscan.sources.batch import HEAD, Batch, columns, field, halves, windows
from camscan.sources.buffer import AHEAD


@pytest.fixture
def batch():
    data = bytearray(b"aaabbbbbcc" + bytes(AHEAD))
    columns = np.array([[0, 3, 8], [3, 5, 2], [3, 900, 1]], np.int64)
    return Batch(data, 1, np.array([1.0, 2.5, 3.0]), *columns)


def test_packets_are_copies(batch):
    found = list(batch.packets())
    batch.data[:10] = b"z" * 10
    assert found == [
        (1.0, 1, b"aaa", 0, 3, 3),
        (2.5, 1, b"bbbbb", 0, 5, 900),
        (3.0, 1, b"cc", 0, 2, 2),  # never shorter than what was captured
    ]


def test_some_packets(batch):
    assert [packet[2] for packet in batch.packets(np.array([2, 0]))] == [b"cc", b"aaa"]
    part = batch.part(1, 3)
    assert len(part) == 2
    assert [packet[2] for packet in part.packets()] == [b"bbbbb", b"cc"]


def test_fields_of_windows(batch):
    window = batch.window(np.array([2, 0]))
    assert window.dtype.itemsize == AHEAD
    assert field(window, 0, ">u2").tolist() == [0x6363, 0x6161]
    assert field(window, 2, "u1").tolist() == [0, 0x61]
    assert field(windows(b"\1\0\0\0\2\0\0\0", np.array([0, 4]), 4), 0, "<u4").tolist() == [1, 2]


def test_heads_are_columns_of_eight_bytes(batch):
    assert batch.heads.shape == (HEAD // 8, 3)
    first = [number.to_bytes(8, "little") for number in batch.heads[0].tolist()]
    assert first == [b"aaabbbbb", b"bbbbbcc\0", b"cc" + bytes(6)]
    assert batch.part(1, 3).heads.tolist() == batch.heads[:, 1:].tolist()


@pytest.mark.parametrize(("order", "numbers"), [("<", [1, 2]), (">", [1 << 24, 2 << 24])])
def test_halves_of_a_column(order, numbers):
    word = columns(b"\1\0\0\0\2\0\0\0", np.array([0]), 8)[0]
    assert [half.tolist() for half in halves(word, order)] == [[number] for number in numbers]
