"""Arrays of one memory, and what a round says of itself."""

from __future__ import annotations

import numpy as np
import pytest

from camscan.net.syn_round import BUSY, Round, rows_and_times, size_of, targets_in


@pytest.mark.parametrize("width", [4, 16])
def test_the_arrays_share_the_memory_and_do_not_overlap(width):
    memory = np.zeros(size_of(5, width, 3), dtype=np.uint8)
    first, second = (targets_in(memory, 2, 5, width, 3) for _ in range(2))
    assert first.lane == 2
    first.due[:], first.sent_at[:], first.macs[:], first.octets[:] = 1.5, 2.5, 3, 4
    first.wanted[:], first.busy[0] = True, True
    assert second.due.tolist() == [1.5] * 5
    assert second.sent_at.tolist() == [[2.5] * 5] * 3
    assert second.macs.tolist() == [[3] * 6] * 5
    assert second.octets.tolist() == [[4] * width] * 5
    assert second.wanted.all()
    assert second.busy.tolist() == [True, False, False, False, False]
    assert (
        memory.nbytes
        == sum(one.nbytes for one in (first.due, first.sent_at, first.macs, first.octets)) + 2 * 5
    )


def test_what_has_left_and_what_was_busy():
    memory = np.zeros(64, dtype=np.uint8)
    rows, at = rows_and_times(memory)
    rows[:] = (7, 3, 9, 1)
    targets = targets_in(np.zeros(size_of(0, 4, 1), dtype=np.uint8), 0, 0, 4, 1)
    one = Round(targets=targets, rows=rows, port=80, at=at)
    assert (one.sent, one.gone.tolist(), one.busy.tolist()) == (0, [False] * 4, [])
    at[:] = (5.0, BUSY, 0.0, 6.0)
    assert one.sent == 2
    assert one.rows[one.gone].tolist() == [7, 1]
    assert one.busy.tolist() == [3]
    assert Round(targets=targets, rows=rows, port=80).at.tolist() == [0.0] * 4
