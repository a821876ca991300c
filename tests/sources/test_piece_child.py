import io
import mmap

import pytest

from camscan.sources import buffer, capture, shared_pieces
from camscan.sources.piece_child import serve
from camscan.sources.piece_message import Kind, receive
from camscan.sources.shared_pieces import SIZE, Columns
from camscan.sources.stream import ByteStream


class Orders(io.BytesIO):
    """Names of files, and as many answers that batches are done with as are asked for."""

    def read(self, size=-1):
        return b"\1" if size == 1 else super().read(size)


def order(path):
    name = str(path).encode()
    return len(name).to_bytes(4, "little") + name


def frames(wire, count, size=900):
    return [(1_764_000_000.0 + n / 100, bytes((n % 256,)) * (size + n % 50)) for n in range(count)]


def told(orders, data):
    answers = io.BytesIO()
    serve(Orders(orders), answers, data)
    answers.seek(0)
    while True:
        try:
            yield receive(answers)
        except EOFError:
            return


def test_batches_of_every_file_are_told(wire, tmp_path):
    data = mmap.mmap(-1, SIZE)
    for name, count in (("a", 300), ("b", 60)):
        (tmp_path / name).write_bytes(wire.pcap(frames(wire, count)))
    messages = list(told(order(tmp_path / "a") + order(tmp_path / "b"), data))
    assert [(each.kind, each.rows) for each in messages] == [
        (Kind.BATCH, 300), (Kind.END, 0), (Kind.BATCH, 60), (Kind.END, 0),
    ]  # fmt: skip
    found = Columns(data).get(0, 60, messages[2].linktype)
    assert [packet[2] for packet in found.packets()] == [body for _, body in frames(wire, 60)]


def test_what_cannot_be_read_is_told_in_order(wire, tmp_path):
    whole = wire.pcap(frames(wire, 50))
    path = tmp_path / "a"
    path.write_bytes(whole + b"\xff" * 500 + whole[24:-7])
    problems = []
    stream = ByteStream(io.BytesIO(path.read_bytes()), "x")
    rows = sum(len(batch) for batch in capture.batches(stream, problems.append))
    messages = list(told(order(path), mmap.mmap(-1, SIZE)))
    assert [each.report for each in messages if each.kind is Kind.REPORT] == problems
    assert len(problems) == 2
    assert sum(each.rows for each in messages) == rows == 99


@pytest.mark.parametrize("name", ["none", "text"])
def test_a_file_that_is_no_capture_is_left_to_others(tmp_path, name):
    (tmp_path / "text").write_text("hello")
    messages = list(told(order(tmp_path / name), mmap.mmap(-1, SIZE)))
    assert [each.kind for each in messages] == [Kind.FAILED]


def test_the_end_of_the_orders_is_the_end(wire, tmp_path, monkeypatch):
    for module in (buffer, shared_pieces):
        monkeypatch.setattr(module, "CHUNK", 10_000)
    (tmp_path / "a").write_bytes(wire.pcap(frames(wire, 300)))
    answers = io.BytesIO()
    serve(io.BytesIO(order(tmp_path / "a")), answers, mmap.mmap(-1, SIZE))
    answers.seek(0)
    kinds = []
    while answers.tell() < len(answers.getvalue()):
        kinds.append(receive(answers).kind)
    assert set(kinds[:-1]) == {Kind.BATCH}  # as many as there are places for
    assert kinds[-1] is Kind.FAILED
