"""Runs of consecutive numbers: IPv4, then IPv6, link-local ones once for each interface."""

from __future__ import annotations

import socket

from camscan.net.stretch import stretches
from camscan.scope import build_scope


def test_the_runs_of_a_scope():
    name = socket.if_indextoname(1)
    scope = build_scope(
        ["10.0.0.0/30", "10.9.9.9", "fd00::/64", "fd00:1::8/126", f"fe80::1%{name}"]
    )
    found = [(one.start, one.size, one.version, one.zones) for one in stretches(scope)]
    assert found == [(0, 2, 4, ()), (2, 1, 4, ()), (3, 4, 6, ()), (7, 1, 6, (name,))]
    assert sum(size for _, size, _, _ in found) == len(list(scope.addresses()))
