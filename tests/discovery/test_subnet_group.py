"""Blocks end where a /24 ends."""

from __future__ import annotations

from itertools import pairwise

import pytest

from camscan.discovery.subnet_group import blocks, group_of
from camscan.scope import build_scope


@pytest.mark.parametrize(
    ("address", "group"),
    [("10.1.2.3", "10.1.2.0/24"), ("127.0.0.1", "127.0.0.0/24"), ("fd00::1", None)],
)
def test_group_of(address, group):
    assert group_of(address) == group


def test_blocks_cover_everything_once_and_split_no_subnet():
    addresses = list(build_scope(["10.1.0.0/20"]).addresses())
    found = list(blocks(addresses, size=300))
    assert [first for first, _ in found] == [0, *_ends(found)][: len(found)]
    assert [a for _, block in found for a in block] == addresses
    groups = [{group_of(a) for a in block} for _, block in found]
    assert all(not one & two for one, two in pairwise(groups))
    assert all(len(block) >= 300 for _, block in found[:-1])


def _ends(found):
    total = 0
    for _, block in found:
        total += len(block)
        yield total


def test_start_in_the_middle():
    addresses = [f"10.1.2.{n}" for n in range(1, 20)]
    assert list(blocks(addresses, start=15)) == [(15, addresses[15:])]
    assert list(blocks(addresses, start=19)) == []


def test_ipv6_is_cut_by_size():
    addresses = [f"fd00::{n:x}" for n in range(10)]
    assert [first for first, _ in blocks(addresses, size=4)] == [0, 4, 8]
