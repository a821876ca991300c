"""What is kept of a finished part, and fair samples of it."""

from __future__ import annotations

import random
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from camscan.discovery.syn_again import Finished, Reservoir, lane_and_mac, octets_of, sample_silent
from camscan.net.target_list import TargetList
from camscan.scope import build_scope


def part(indices, status, *, on_link=False):
    size = len(indices)
    return SimpleNamespace(
        indices=np.asarray(indices),
        status=np.asarray(status, dtype=np.uint8),
        known=np.zeros((len(status), size), dtype=bool),
        ports=tuple(range(len(status))),
        on_link=on_link,
        arrays=SimpleNamespace(
            lane=3,
            macs=np.arange(size * 6, dtype=np.uint8).reshape(size, 6),
            wanted=np.ones(size, dtype=bool),
        ),
    )


@pytest.mark.parametrize("indices", [range(50, 61), [1, 5, *range(7, 16)]])
def test_bits(indices):
    indices = list(indices)
    status = np.zeros((2, 11), dtype=np.uint8)
    status[0, 4] = status[1, 10] = 1
    excluded = np.zeros(11, dtype=bool)
    excluded[0] = True
    one = Finished(part(indices, status), 0, excluded)
    assert one.pairs == 22
    assert one.indices().tolist() == indices
    assert one.silent(0).tolist() == [1, 2, 3, 5, 6, 7, 8, 9, 10]
    assert one.silent(1).tolist() == list(range(1, 10))
    assert one.is_silent(0, 10)
    assert not one.is_silent(1, 10)
    one.answered(0, 10)
    assert not one.is_silent(0, 10)
    assert [one.row(index) for index in indices] == list(range(11))
    assert one.row(4) is None
    assert one.row(999) is None


def test_macs_one_for_a_router_or_each_its_own():
    status = np.zeros((1, 4), dtype=np.uint8)
    routed = Finished(part(range(4), status), 0, np.zeros(4, dtype=bool))
    assert routed.macs().tolist() == [[0, 1, 2, 3, 4, 5]] * 4
    near = Finished(part(range(4), status, on_link=True), 0, np.zeros(4, dtype=bool))
    lane, mac = lane_and_mac([near], 2)
    assert (lane, mac.tolist()) == (3, [12, 13, 14, 15, 16, 17])
    assert lane_and_mac([near], 9) is None


def test_the_silent_sample_is_silent_and_fair():
    status = np.zeros((2, 1000), dtype=np.uint8)
    status[:, :500] = 1
    parts = [
        Finished(part(range(start, start + 1000), status), 0, np.zeros(1000, dtype=bool))
        for start in (0, 1000)
    ]
    found = sample_silent(parts, 200, random.Random(1))
    assert 150 <= len(found) <= 200
    assert all(index % 1000 >= 500 for index, _ in found)
    halves = Counter(index // 1000 for index, _ in found)
    assert min(halves.values()) > 60
    assert found == sample_silent(parts, 200, random.Random(1))
    assert sample_silent([], 5, random.Random(1)) == []


def test_the_reservoir_is_fair():
    kept = Counter()
    for seed in range(300):
        one = Reservoir(5, random.Random(seed))
        for index in range(50):
            one.offer(index, 0)
        assert len(one.pairs) == 5
        kept.update(index // 10 for index, _ in one.pairs)
    assert min(kept.values()) > 200


def test_octets_of_one_version():
    targets = TargetList(build_scope(["10.0.0.0/30", "fd00::/126"]))
    assert octets_of(targets, np.array([0, 1])).shape == (2, 4)
    assert octets_of(targets, np.array([2, 3])).shape == (2, 16)
