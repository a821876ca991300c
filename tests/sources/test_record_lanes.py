"""Many steps at once find what single steps find, whatever the bytes."""

import random
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camscan.sources import record_lanes
from camscan.sources.buffer import AHEAD
from camscan.sources.record_lanes import find_records
from camscan.sources.records import Form, walk

PCAP = Form("<", 16, 8, 16, 0, 262_144, 1, 0)
BLOCKS = Form("<", 12, 4, 0, 32, 16 << 20, 4, 12, 6)
MOMENT = 1_764_000_000


@pytest.fixture
def small(monkeypatch):
    """Lanes also for pieces that are not worth it."""
    monkeypatch.setattr(record_lanes, "_SMALLEST", 2_000)
    monkeypatch.setattr(record_lanes, "_LANE", 400)


def piece(rng, form, size):
    """Records of all lengths until there are `size` bytes, and where they begin."""
    data, places = bytearray(), []
    longest = rng.choice([0, 60, 1400, 1400, 9000])
    while len(data) < size:
        places.append(len(data))
        body = rng.randbytes(rng.randrange(longest + 1))
        time = MOMENT + len(data) // 5_000
        if form is PCAP:
            data += struct.pack("<IIII", time, rng.randrange(10**6), len(body), len(body)) + body
        else:
            body += bytes(-len(body) % 4)
            length = 32 + len(body)
            data += struct.pack("<IIIIIII", 6, length, 0, time, 5, len(body), len(body))
            data += body + struct.pack("<I", length)
    return data, places


def both(data, size, form, position=0):
    padded = bytes(data) + bytes(AHEAD)
    places, following = find_records(padded, position, size, form)
    assert places.dtype == np.int64
    found = walk(padded, position, size, form)
    assert (places.tolist(), following) == found
    return found


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("form", [PCAP, BLOCKS])
def test_lanes_find_all_records_of_a_piece(form, monkeypatch):
    data, places = piece(random.Random(1), form, 100_000)
    alone = []

    def counted(*arguments):
        found, following = walk(*arguments)
        alone.extend(found)
        return found, following

    monkeypatch.setattr(record_lanes, "walk", counted)
    found, following = find_records(bytes(data) + bytes(AHEAD), 0, len(data), form)
    assert (found.tolist(), following) == (places, len(data))
    assert len(alone) < len(places) / 4


@pytest.mark.usefixtures("small")
@given(seed=st.integers(0, 2**32), form=st.sampled_from([PCAP, BLOCKS]), cut=st.integers(0, 3000))
@settings(max_examples=60)
def test_fuzz_damaged_pieces_are_found_alike(seed, form, cut):
    rng = random.Random(seed)
    data, places = piece(rng, form, rng.choice([3_000, 30_000, 80_000]))
    for _ in range(rng.choice([0, 1, 2, 40])):
        at = rng.choice([rng.randrange(len(data)), rng.choice(places) + rng.randrange(16)])
        part = rng.choice([bytes(4), b"\xff" * 4, rng.randbytes(4), data[:4], bytes(data[8:12])])
        data[at : at + 4] = part
    both(data, max(0, len(data) - cut), form)


@pytest.mark.usefixtures("small")
def test_a_header_that_only_seems_to_be_one_misleads_nobody():
    false = struct.pack("<IIII", MOMENT, 1, 100, 100)
    body = (false + bytes(50)) * 20
    record = struct.pack("<IIII", MOMENT, 0, len(body), len(body)) + body
    found, _ = both(record * 60, len(record) * 60, PCAP)
    assert len(found) == 60


@pytest.mark.usefixtures("small")
def test_records_that_say_nothing_do_not_stop_the_search():
    assert both(bytes(50_000), 50_000, BLOCKS) == ([], 0)
    places, following = both(bytes(50_000), 50_000, PCAP)
    assert (len(places), following) == (3125, 50_000)
