"""Numbers to addresses and back, in the scope's own order."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import numpy as np
import pytest

from camscan.net.target_list import TargetList
from camscan.scope import build_scope

TARGETS = ["10.0.0.0/23", "10.9.9.9", "fd00::fff0/124", "fd00::/64"]


def test_the_order_of_the_scope():
    scope = build_scope(TARGETS, ["10.0.0.77"])
    targets = TargetList(scope)
    expected = list(scope.addresses())
    assert len(targets) == scope.address_count == len(expected)
    assert [targets.text(i) for i in range(len(targets))] == expected
    numbers = np.arange(len(targets))
    assert targets.texts(numbers) == expected
    fours = sum(":" not in text for text in expected)
    for version, part in ((4, numbers[:fours]), (6, numbers[fours:])):
        octets = targets.octets(version, part[::-1].copy())
        assert [str(ip_address(row.tobytes())) for row in octets] == [
            expected[i] for i in part[::-1]
        ]
    for number, text in enumerate(expected):
        assert targets.index(ip_address(text).packed, 1) == number
    assert targets.index(ip_address("10.0.0.77").packed, 1) is None
    assert [targets.number(text) for text in expected] == list(range(len(expected)))
    assert targets.number("10.0.0.77") is targets.number("nobody") is None


def test_link_local_addresses_take_turns_on_their_links():
    name = socket.if_indextoname(1)
    scope = build_scope([f"fe80::8%{name}-fe80::b", f"fe80::20%{name}"])
    targets = TargetList(scope)
    expected = list(scope.addresses())
    assert [targets.text(i) for i in range(len(targets))] == expected
    assert targets.index(ip_address("fe80::20").packed, 1) == len(expected) - 1
    assert targets.index(ip_address("fe80::20").packed, 99999) is None


def test_ranges_are_what_they_hold():
    name = socket.if_indextoname(1)
    targets = TargetList(
        build_scope([*TARGETS, "fd01::10/124", f"fe80::8%{name}-fe80::9"], ["10.0.0.77"])
    )
    everything = np.arange(len(targets))
    assert targets.ranges(everything) == (
        "10.0.0.1-10.0.0.76",
        "10.0.0.78-10.0.1.254",
        "10.9.9.9",
        "fd01::10-fd01::1f",
        f"fe80::8%{name}",
        f"fe80::9%{name}",
    )
    few = np.array([0, 1, 4, 6, 7, 8])
    assert targets.ranges(few) == ("10.0.0.1-10.0.0.2", "10.0.0.5", "10.0.0.7-10.0.0.9")
    assert targets.ranges(few[:0]) == ()


def test_a_carry_into_the_upper_half():
    targets = TargetList(build_scope(["fd00::ffff:ffff:ffff:fffe-fd00:0:0:1::1"]))
    rows = targets.octets(6, np.arange(4))
    assert [str(ip_address(row.tobytes())) for row in rows] == [
        "fd00::ffff:ffff:ffff:fffe",
        "fd00::ffff:ffff:ffff:ffff",
        "fd00:0:0:1::",
        "fd00:0:0:1::1",
    ]


@pytest.mark.parametrize("size", [1, 100, 254, 300])
def test_blocks_end_between_two_subnets(size):
    targets = TargetList(build_scope(["10.0.0.0/22", "10.7.0.0/24"], ["10.0.1.9"]))
    first, seen = 0, []
    while first < len(targets):
        end = targets.block_end(first, size)
        assert end == len(targets) or end - first >= size
        seen.append({targets.text(i).rpartition(".")[0] for i in range(first, end)})
        first = end
    assert first == len(targets)
    assert sum(len(groups) for groups in seen) == len(set().union(*seen))
