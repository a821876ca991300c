import os
import signal

import pytest

from camscan.sources.file_parts import parts_of
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.zeek_header import ZeekHeader
from camscan.sources.flows.zeek_part import Order
from camscan.sources.flows.zeek_process import PartReaders, processes

FIELDS = b"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state"


@pytest.fixture
def orders(tmp_path):
    header = ZeekHeader()
    header.learn(FIELDS)
    lines = [b"%d.0\tC1\t10.66.1.10\t40000\t36.110.1.1\t443\ttcp\tSF\n" % n for n in range(20)]
    (tmp_path / "x").write_bytes(b"".join(lines))
    return [Order(part, header) for part in parts_of(str(tmp_path / "x"), 100)]


def test_answers_come_in_the_order_of_the_orders(orders):
    with PartReaders(2, Keep(), {}) as readers:
        told = list(readers.read(orders))
        children = [reader.pid for reader in readers.readers]
    assert len(told) == len(orders) > 4
    assert [each.first for each in told] == sorted(each.first for each in told)
    assert sum(each.count for each in told) == 20
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


def test_a_process_that_dies_is_made_good_by_the_caller(orders):
    with PartReaders(1, Keep(), {}) as readers:
        answers = readers.read(orders)
        first = next(answers)
        os.kill(readers.readers[0].pid, signal.SIGKILL)
        rest = list(answers)
    assert first.count
    assert len(rest) == len(orders) - 1
    assert rest[-1] is None


def test_there_is_at_least_one_core():
    assert 1 <= processes() <= 3
