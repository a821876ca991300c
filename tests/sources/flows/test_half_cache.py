import numpy as np
import pytest

from camscan.model.flow import Origin
from camscan.sources.flows.connection import HOOK_NONE, Connection
from camscan.sources.flows.half_cache import HalfCache
from camscan.sources.flows.packet_counter import NOWHERE, Half


def half(hook=HOOK_NONE):
    return Half(Connection(b"a", b"b", 6, 1, 2, Origin.SYN, 1.0), hook)


def words(*keys):
    return tuple(np.array(column, np.uint64) for column in zip(*keys, strict=True))


@pytest.fixture
def cache():
    return HalfCache(2)


def test_halves_are_found_by_their_whole_key(cache):
    one, two = half(), half(4)
    cache.put(words((7, 1), (7, 2)), [one, two])
    slots = cache.find(words((7, 2), (7, 1), (7, 3), (8, 1)))
    assert [NOWHERE if slot == NOWHERE else cache.half(slot) for slot in slots] == [
        two,
        one,
        NOWHERE,
        NOWHERE,
    ]
    assert cache.hooked[slots[:2]].tolist() == [True, False]


def test_counters_reach_the_half_when_it_is_dropped(cache):
    one = half()
    one.packets, one.bytes, one.last = 1, 100, 9.0
    cache.put(words((7, 1)), [one])
    slots = cache.find(words((7, 1), (7, 1)))
    cache.count(slots, np.array([10, 20]), np.array([12.0, 5.0]))
    assert one.packets == 1
    cache.drop(one)
    cache.drop(one)
    assert (one.packets, one.bytes, one.last, one.slot) == (3, 130, 12.0, NOWHERE)
    assert cache.find(words((7, 1))).tolist() == [NOWHERE]


def test_settling_keeps_the_slot_and_the_newest_time(cache):
    one = half()
    one.last = 9.0
    cache.put(words((7, 1)), [one])
    (slot,) = cache.find(words((7, 1)))
    assert cache.last[slot] == 9.0
    cache.count(np.array([slot]), np.array([10]), np.array([12.0]))
    for _ in range(2):
        cache.settle(one)
        assert (one.packets, one.bytes, one.last, one.slot) == (1, 10, 12.0, slot)
    one.last, one.hook = 15.0, 4
    cache.refresh(one)
    assert (cache.last[slot], cache.hooked[slot]) == (15.0, True)
    cache.settle(half())


def test_many_more_halves_than_slots_lose_nothing(cache):
    keys = [(number * 7919, 6 << 32 | number) for number in range(1, 70_000)]
    halves = [half() for _ in keys]
    for begin in range(0, len(keys), 1000):
        part, some = words(*keys[begin : begin + 1000]), halves[begin : begin + 1000]
        cache.put(part, some)
        slots = cache.find(part)
        placed = np.flatnonzero(slots != NOWHERE)
        assert [some[row].slot for row in placed.tolist()] == slots[placed].tolist()
        ones = np.ones(len(placed), np.int64)
        cache.count(slots[placed], ones * 4, ones * 1.0)
    slots = cache.find(words(*keys))
    found = np.flatnonzero(slots != NOWHERE)
    assert 20_000 < len(found) <= 32_768
    assert all(cache.half(slots[row]) is halves[row] for row in found.tolist())
    cache.clear()
    assert {each.slot for each in halves} == {NOWHERE}
    assert {(each.packets, each.bytes) for each in halves} <= {(0, 0), (1, 4)}
    assert sum(each.packets for each in halves) > 60_000  # few gave way within their own thousand
    assert set(cache.find(words(*keys)).tolist()) == {NOWHERE}


def test_negative_numbers_are_added_up_beside_the_slots(cache):
    numbers = np.array([7, -8190, 7, -2, 7, -8190])
    sizes = np.array([1, 2, 3, 5, 6, 1 << 50])
    cache.count(numbers, sizes, np.array([3.0, 1.0, 9.0, 2.0, 5.0, 0.5]))
    assert cache.take(-8191) == [(-8190, 2, 2 + (1 << 50), 1.0), (-2, 1, 5, 2.0)]
    assert cache.take(-8191) == []
    assert cache.last[7] == 9.0


def test_marks_are_those_of_the_slots(cache):
    assert np.flatnonzero(cache.marked(np.array([5, 9, 5]))).tolist() == [5, 9]
